//! Text.

use super::{Either, Expr, Filter, IntoOperand, bound};
use crate::query::node::{Operator, Precedence, call, cast, parts, text, tight};
use crate::schema::ColumnType;
use crate::types::{Field, IntoField, Nulls};

on_both! {
    [T, F: Field<Base = String>] F {
        /// `LIKE`: `%` stands for any text, `_` for one character, `\` takes the next one literally.
        pub fn like(self, pattern: impl IntoOperand<T, String>) -> Filter<T> {
            self.compare(Operator::LIKE, pattern)
        }

        /// `ILIKE`: like [`like`](Self::like), without regard to case.
        pub fn ilike(self, pattern: impl IntoOperand<T, String>) -> Filter<T> {
            self.compare(Operator::ILIKE, pattern)
        }

        /// Begins with a text, in which no character is special.
        pub fn starts_with(self, prefix: &str) -> Filter<T> {
            self.like(format!("{}%", escape_like(prefix)))
        }

        /// Ends with a text, in which no character is special.
        pub fn ends_with(self, suffix: &str) -> Filter<T> {
            self.like(format!("%{}", escape_like(suffix)))
        }

        /// Contains a text, in which no character is special.
        pub fn contains(self, part: &str) -> Filter<T> {
            self.like(format!("%{}%", escape_like(part)))
        }

        /// Contains a text, in which no character is special, without regard to case.
        pub fn icontains(self, part: &str) -> Filter<T> {
            self.ilike(format!("%{}%", escape_like(part)))
        }

        /// `~`: some part of it matches a regular expression.
        ///
        /// CockroachDB reads RE2, PostgreSQL its own kind; plain ones mean the same.
        pub fn matches(self, pattern: impl IntoOperand<T, String>) -> Filter<T> {
            self.special(" ~ ", pattern)
        }

        /// `~*`: like [`matches`](Self::matches), without regard to case.
        pub fn imatches(self, pattern: impl IntoOperand<T, String>) -> Filter<T> {
            self.special(" ~* ", pattern)
        }

        /// `%`: shares enough trigrams with a text. PostgreSQL needs the extension `pg_trgm`.
        pub fn is_similar_to(self, other: impl IntoOperand<T, String>) -> Filter<T> {
            self.special(" % ", other)
        }

        /// How many trigrams it shares with a text, from 0 to 1. PostgreSQL needs the extension `pg_trgm`.
        pub fn similarity<R: IntoOperand<T, String>>(self, other: R) -> Expr<T, Either<F, R::Nulls, f64>> {
            let call = call("similarity", [self.into_node(), other.into_operand().0]);
            Expr::new(cast(call, ColumnType::Float8))
        }

        fn special(self, operator: &'static str, other: impl IntoOperand<T, String>) -> Filter<T> {
            let other = other.into_operand().0;
            Expr::new(parts(Precedence::Compare, [tight(self.into_node()), text(operator), tight(other)]))
        }

        /// In small letters.
        pub fn lower(self) -> Expr<T, F> {
            Expr::new(call("lower", [self.into_node()]))
        }

        /// In capitals.
        pub fn upper(self) -> Expr<T, F> {
            Expr::new(call("upper", [self.into_node()]))
        }

        /// Without spaces at both ends.
        pub fn trim(self) -> Expr<T, F> {
            Expr::new(call("btrim", [self.into_node()]))
        }

        /// The number of its characters.
        pub fn length(self) -> Expr<T, <F::Nulls as Nulls>::Of<i64>> {
            Expr::new(cast(call("length", [self.into_node()]), ColumnType::Int8))
        }

        /// With another text behind it: `||`.
        pub fn concat<R: IntoOperand<T, String>>(self, other: R) -> Expr<T, Either<F, R::Nulls, String>> {
            let other = other.into_operand().0;
            Expr::new(parts(Precedence::Compare, [tight(self.into_node()), text(" || "), tight(other)]))
        }

        /// The part that begins at a character, counted from 1, with so many characters.
        pub fn substring(self, from: i32, length: i32) -> Expr<T, F> {
            Expr::new(call("substr", [self.into_node(), bound(&from).0, bound(&length).0]))
        }

        /// With every occurrence of a text replaced by another.
        pub fn replace(self, from: impl IntoField<String>, to: impl IntoField<String>) -> Expr<T, F> {
            let (from, to) = (bound(&from.into_field()).0, bound(&to.into_field()).0);
            Expr::new(call("replace", [self.into_node(), from, to]))
        }

        /// The part of that number, counted from 1, between separators; an empty text if there is none.
        pub fn split_part(self, separator: impl IntoField<String>, number: i32) -> Expr<T, F> {
            let (separator, number) = (bound(&separator.into_field()).0, bound(&number).0);
            Expr::new(call("split_part", [self.into_node(), separator, number]))
        }

        /// Where a text begins in it, counted from 1; 0 if it does not.
        pub fn position(self, part: impl IntoField<String>) -> Expr<T, <F::Nulls as Nulls>::Of<i64>> {
            let call = call("strpos", [self.into_node(), bound(&part.into_field()).0]);
            Expr::new(cast(call, ColumnType::Int8))
        }
    }
}

fn escape_like(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
