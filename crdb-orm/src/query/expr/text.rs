//! Text.

use super::{Either, Expr, Filter, IntoOperand, bound};
use crate::query::node::{Node, Operator, Precedence, call, cast, parts, text, tight};
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

        /// The first so many characters; where the number is negative, all but the last so many.
        pub fn left(self, count: i32) -> Expr<T, F> {
            Expr::new(call("left", [self.into_node(), bound(&count).0]))
        }

        /// The last so many characters; where the number is negative, all but the first so many.
        pub fn right(self, count: i32) -> Expr<T, F> {
            Expr::new(call("right", [self.into_node(), bound(&count).0]))
        }

        /// Made that long by a text before it, which comes as often as need be; what is longer is cut at its end.
        pub fn pad_left(self, length: i32, with: impl IntoField<String>) -> Expr<T, F> {
            Expr::new(call("lpad", [self.into_node(), bound(&length).0, bound(&with.into_field()).0]))
        }

        /// Made that long by a text behind it, which comes as often as need be; what is longer is cut at its end.
        pub fn pad_right(self, length: i32, with: impl IntoField<String>) -> Expr<T, F> {
            Expr::new(call("rpad", [self.into_node(), bound(&length).0, bound(&with.into_field()).0]))
        }

        /// So many times one after another.
        pub fn repeat(self, times: i32) -> Expr<T, F> {
            Expr::new(call("repeat", [self.into_node(), bound(&times).0]))
        }

        /// Its characters from the last one to the first one.
        pub fn reverse(self) -> Expr<T, F> {
            Expr::new(call("reverse", [self.into_node()]))
        }

        /// Each word with a capital and small letters.
        pub fn initcap(self) -> Expr<T, F> {
            Expr::new(call("initcap", [self.into_node()]))
        }

        /// Without any of these characters at its beginning.
        pub fn trim_start(self, characters: impl IntoField<String>) -> Expr<T, F> {
            Expr::new(call("ltrim", [self.into_node(), bound(&characters.into_field()).0]))
        }

        /// Without any of these characters at its end.
        pub fn trim_end(self, characters: impl IntoField<String>) -> Expr<T, F> {
            Expr::new(call("rtrim", [self.into_node(), bound(&characters.into_field()).0]))
        }

        /// With each of some characters replaced by the one at the same place of another text; left out where there is none.
        pub fn translate(self, from: impl IntoField<String>, to: impl IntoField<String>) -> Expr<T, F> {
            let (from, to) = (bound(&from.into_field()).0, bound(&to.into_field()).0);
            Expr::new(call("translate", [self.into_node(), from, to]))
        }

        /// With the first part that matches a regular expression replaced; `\\1` stands for what its first parentheses hold.
        ///
        /// CockroachDB reads RE2, PostgreSQL its own kind; plain ones mean the same.
        pub fn regexp_replace(self, pattern: impl IntoField<String>, with: impl IntoField<String>) -> Expr<T, F> {
            let (pattern, with) = (bound(&pattern.into_field()).0, bound(&with.into_field()).0);
            Expr::new(call("regexp_replace", [self.into_node(), pattern, with]))
        }

        /// With every part that matches a regular expression replaced.
        pub fn regexp_replace_all(self, pattern: impl IntoField<String>, with: impl IntoField<String>) -> Expr<T, F> {
            let (pattern, with) = (bound(&pattern.into_field()).0, bound(&with.into_field()).0);
            Expr::new(call("regexp_replace", [self.into_node(), pattern, with, Node::Constant("'g'")]))
        }

        /// The code point of its first character.
        pub fn ascii(self) -> Expr<T, <F::Nulls as Nulls>::Of<i64>> {
            Expr::new(cast(call("ascii", [self.into_node()]), ColumnType::Int8))
        }

        /// The parts between separators.
        pub fn split(self, separator: impl IntoField<String>) -> Expr<T, <F::Nulls as Nulls>::Of<Vec<String>>> {
            Expr::new(call("string_to_array", [self.into_node(), bound(&separator.into_field()).0]))
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
