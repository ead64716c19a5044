//! Typed columns and expressions.

use std::marker::PhantomData;
use std::ops::{Add, Mul, Not, Sub};

use super::node::{Node, Operator};
use crate::schema::ColumnType;
use crate::types::{Field, IntoField, SqlType, Value};

/// A column of table `T` whose field is an `F`.
///
/// The derive makes one constant for each column, such as `Order::STATUS`.
pub struct Column<T, F> {
    name: &'static str,
    types: PhantomData<fn() -> (T, F)>,
}

impl<T, F> Column<T, F> {
    /// The column of that SQL name. The derive calls this; the name must be one of `T`'s columns.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        Self { name, types: PhantomData }
    }

    /// Its name in SQL.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The value that an insert has brought, where the row is there already: in
    /// [`DoUpdate`](super::DoUpdate) only.
    pub fn excluded(self) -> Expr<T, F> {
        Expr::new(Node::Excluded(self.name))
    }

    fn into_node(self) -> Node {
        Node::Column(self.name)
    }
}

impl<T, F> Clone for Column<T, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, F> Copy for Column<T, F> {}

impl<T, F> std::fmt::Debug for Column<T, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Column").field(&self.name).finish()
    }
}

/// An expression over table `T` whose value is an `F`.
pub struct Expr<T, F> {
    node: Node,
    types: PhantomData<fn() -> (T, F)>,
}

/// A condition on rows of `T`.
pub type Filter<T> = Expr<T, bool>;

impl<T, F> Expr<T, F> {
    pub(crate) fn new(node: Node) -> Self {
        Self { node, types: PhantomData }
    }

    pub(crate) fn into_node(self) -> Node {
        self.node
    }
}

impl<T, F> Clone for Expr<T, F> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<T, F> std::fmt::Debug for Expr<T, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.node.fmt(f)
    }
}

impl<T, F> From<Column<T, F>> for Expr<T, F> {
    fn from(column: Column<T, F>) -> Self {
        Self::new(column.into_node())
    }
}

/// What a column of type `B` of table `T` may be compared with: a value, or another column or expression of
/// the same table.
#[diagnostic::on_unimplemented(
    message = "a column of type `{B}` cannot be compared with `{Self}`",
    label = "expected a `{B}`, or a column of that type of the same table",
    note = "a column that may be NULL compares with the inner type; for NULL itself there is `.is_null()`"
)]
pub trait IntoOperand<T, B> {
    #[doc(hidden)]
    fn into_operand(self) -> Operand;
}

/// What a column of field type `F` of table `T` may be set to: a value, or an expression of the same table.
#[diagnostic::on_unimplemented(
    message = "a column of type `{F}` cannot be set to `{Self}`",
    label = "expected a `{F}`, or an expression of that type over the same table"
)]
pub trait IntoAssignment<T, F> {
    #[doc(hidden)]
    fn into_assignment(self) -> Operand;
}

/// The inside of an expression.
#[doc(hidden)]
#[derive(Debug)]
pub struct Operand(pub(crate) Node);

fn bound(value: &impl Field) -> Operand {
    Operand(Node::Value(value.to_value()))
}

impl<T, B: SqlType> IntoOperand<T, B> for B {
    fn into_operand(self) -> Operand {
        bound(&self)
    }
}

impl<T, F: Field> IntoAssignment<T, F> for F {
    fn into_assignment(self) -> Operand {
        bound(&self)
    }
}

impl<T, B: SqlType> IntoAssignment<T, Option<B>> for B {
    fn into_assignment(self) -> Operand {
        bound(&self)
    }
}

macro_rules! borrowed {
    ($($from:ty => $to:ty),* $(,)?) => {$(
        impl<T> IntoOperand<T, $to> for $from {
            fn into_operand(self) -> Operand {
                bound(&IntoField::<$to>::into_field(self))
            }
        }
        impl<T> IntoAssignment<T, $to> for $from {
            fn into_assignment(self) -> Operand {
                bound(&IntoField::<$to>::into_field(self))
            }
        }
        impl<T> IntoAssignment<T, Option<$to>> for $from {
            fn into_assignment(self) -> Operand {
                bound(&IntoField::<$to>::into_field(self))
            }
        }
    )*};
}

borrowed! {
    &str => String,
    &String => String,
    Box<str> => String,
    std::borrow::Cow<'_, str> => String,
    &[u8] => Vec<u8>,
}

macro_rules! over_table {
    ($($kind:ident),*) => {$(
        impl<T, F: Field> IntoOperand<T, F::Base> for $kind<T, F> {
            fn into_operand(self) -> Operand {
                Operand(self.into_node())
            }
        }

        // NULL where the column must not be is the server's to refuse; the types of the values agree.
        impl<T, F: Field, G: Field<Base = F::Base>> IntoAssignment<T, F> for $kind<T, G> {
            fn into_assignment(self) -> Operand {
                Operand(self.into_node())
            }
        }

        impl<T, F: Field> $kind<T, F> {
            fn compare(self, operator: Operator, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
                Expr::new(Node::binary(operator, self.into_node(), other.into_operand().0))
            }

            /// `=`: never true for NULL.
            pub fn eq(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
                self.compare(Operator::EQ, other)
            }

            /// `!=`: never true for NULL; see [`is_distinct_from`](Self::is_distinct_from).
            pub fn ne(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
                self.compare(Operator::NE, other)
            }

            /// `<`.
            pub fn lt(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
                self.compare(Operator::LT, other)
            }

            /// `<=`.
            pub fn le(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
                self.compare(Operator::LE, other)
            }

            /// `>`.
            pub fn gt(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
                self.compare(Operator::GT, other)
            }

            /// `>=`.
            pub fn ge(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
                self.compare(Operator::GE, other)
            }

            /// At least `low` and at most `high`.
            pub fn between(
                self,
                low: impl IntoOperand<T, F::Base>,
                high: impl IntoOperand<T, F::Base>,
            ) -> Filter<T>
            where
                Self: Clone,
            {
                self.clone().ge(low).and(self.le(high))
            }

            /// Equal to one of the values: one parameter, whatever their number; none matches an empty list.
            pub fn eq_any<V: IntoField<F::Base>>(self, values: impl IntoIterator<Item = V>) -> Filter<T> {
                let values: Vec<F::Base> = values.into_iter().map(IntoField::into_field).collect();
                Expr::new(Node::Any(Box::new((self.into_node(), Node::Value(Value::encode(&values))))))
            }

            /// `IS NULL`.
            pub fn is_null(self) -> Filter<T> {
                Expr::new(Node::Postfix(Box::new(self.into_node()), " IS NULL"))
            }

            /// `IS NOT NULL`.
            pub fn is_not_null(self) -> Filter<T> {
                Expr::new(Node::Postfix(Box::new(self.into_node()), " IS NOT NULL"))
            }

            /// Different, where NULL is equal to NULL: `None` stands for NULL.
            pub fn is_distinct_from(self, other: impl IntoField<Option<F::Base>>) -> Filter<T> {
                let other = Node::Value(other.into_field().to_value());
                Expr::new(Node::binary(Operator::IS_DISTINCT_FROM, self.into_node(), other))
            }

            /// Equal, where NULL is equal to NULL: `None` stands for NULL.
            pub fn is_not_distinct_from(self, other: impl IntoField<Option<F::Base>>) -> Filter<T> {
                let other = Node::Value(other.into_field().to_value());
                Expr::new(Node::binary(Operator::IS_NOT_DISTINCT_FROM, self.into_node(), other))
            }

            /// Ascending order, NULLs first, as CockroachDB's own indexes are.
            pub fn asc(self) -> OrderBy<T> {
                OrderBy::new(self.into_node(), if F::NULLABLE { " ASC NULLS FIRST" } else { " ASC" })
            }

            /// Descending order, NULLs last, as CockroachDB's own indexes are.
            pub fn desc(self) -> OrderBy<T> {
                OrderBy::new(self.into_node(), if F::NULLABLE { " DESC NULLS LAST" } else { " DESC" })
            }
        }

        impl<T, F: Field<Base = String>> $kind<T, F> {
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

            /// Contains a text, in which no character is special.
            pub fn contains(self, part: &str) -> Filter<T> {
                self.like(format!("%{}%", escape_like(part)))
            }
        }

        arithmetic!($kind, Add, add, ADD);
        arithmetic!($kind, Sub, sub, SUB);
        arithmetic!($kind, Mul, mul, MUL);
    )*};
}

/// Arithmetic, cast back to the column's type: CockroachDB widens it (INT4 + INT4 is INT8 there).
macro_rules! arithmetic {
    ($kind:ident, $trait:ident, $method:ident, $operator:ident) => {
        impl<T, F, R> $trait<R> for $kind<T, F>
        where
            F: Field<Base: Numeric>,
            R: IntoOperand<T, F::Base>,
        {
            type Output = Expr<T, F>;

            fn $method(self, other: R) -> Expr<T, F> {
                let node = Node::binary(Operator::$operator, self.into_node(), other.into_operand().0);
                Expr::new(Node::Cast(Box::new(node), F::TYPE))
            }
        }
    };
}

over_table!(Column, Expr);

impl<T> Filter<T> {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: impl Into<Self>) -> Self {
        Self::new(Node::binary(Operator::AND, self.node, other.into().node))
    }

    /// At least one holds.
    #[must_use]
    pub fn or(self, other: impl Into<Self>) -> Self {
        Self::new(Node::binary(Operator::OR, self.node, other.into().node))
    }

    /// Always true: where a filter is wanted and every row is meant.
    pub fn always() -> Self {
        Self::new(Node::Constant("TRUE"))
    }
}

impl<T> Not for Filter<T> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(Node::Not(Box::new(self.node)))
    }
}

impl<T> Column<T, bool> {
    /// The column and another condition hold.
    #[must_use]
    pub fn and(self, other: impl Into<Filter<T>>) -> Filter<T> {
        Filter::from(self).and(other)
    }

    /// The column or another condition holds.
    #[must_use]
    pub fn or(self, other: impl Into<Filter<T>>) -> Filter<T> {
        Filter::from(self).or(other)
    }
}

impl<T> Not for Column<T, bool> {
    type Output = Filter<T>;

    fn not(self) -> Filter<T> {
        !Filter::from(self)
    }
}

/// An order of rows.
pub struct OrderBy<T> {
    node: Node,
    suffix: &'static str,
    table: PhantomData<fn() -> T>,
}

impl<T> OrderBy<T> {
    fn new(node: Node, suffix: &'static str) -> Self {
        Self { node, suffix, table: PhantomData }
    }

    /// Puts NULLs first.
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.suffix = if self.is_descending() { " DESC NULLS FIRST" } else { " ASC NULLS FIRST" };
        self
    }

    /// Puts NULLs last.
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.suffix = if self.is_descending() { " DESC NULLS LAST" } else { " ASC NULLS LAST" };
        self
    }

    fn is_descending(&self) -> bool {
        self.suffix.starts_with(" DESC")
    }

    pub(crate) fn into_parts(self) -> (Node, &'static str) {
        (self.node, self.suffix)
    }
}

impl<T> std::fmt::Debug for OrderBy<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("OrderBy").field(&self.node).field(&self.suffix).finish()
    }
}

/// A type that can be added up.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a number: there is no arithmetic on it")]
pub trait Numeric: SqlType {
    /// The type of a sum of it.
    type Sum: SqlType;
    #[doc(hidden)]
    const SUM: ColumnType = <Self::Sum as SqlType>::TYPE;
}

macro_rules! numeric {
    ($($(#[$meta:meta])* $rust:ty => $sum:ty;)*) => {$(
        $(#[$meta])*
        impl Numeric for $rust {
            type Sum = $sum;
        }
    )*};
}

numeric! {
    i16 => i64;
    i32 => i64;
    i64 => i64;
    f32 => f64;
    f64 => f64;
    #[cfg(feature = "rust_decimal")]
    rust_decimal::Decimal => rust_decimal::Decimal;
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
