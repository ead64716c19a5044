//! Typed columns and expressions.
//!
//! Each file has the operators of one kind of value. An operator is a method of [`Column`] and of [`Expr`] alike.

use std::marker::PhantomData;

use super::node::{Node, Precedence};
use super::table::Table;
use crate::schema::{ColumnType, TypeName};
use crate::types::{Field, Nulls};

/// Writes the same methods for a column and for an expression.
macro_rules! on_both {
    ($([$($generics:tt)*] $field:ty { $($methods:tt)* })*) => {$(
        // A column is `Copy` and an expression is not.
        #[allow(clippy::clone_on_copy, reason = "the same text serves both")]
        impl<$($generics)*> $crate::query::Column<T, $field> {
            $($methods)*
        }

        impl<$($generics)*> $crate::query::Expr<T, $field> {
            $($methods)*
        }
    )*};
}

mod array;
mod bytes;
mod case;
mod cast;
mod compare;
mod json;
mod logic;
mod math;
mod null;
mod number;
mod operand;
mod order;
mod row;
mod search;
mod text;
mod time;
mod trusted;

pub use self::bytes::{Encoding, Octets};
pub use self::case::{Case, CaseOf, case};
pub use self::cast::CastTo;
pub use self::json::{Document, JsonObject, json_object};
pub use self::logic::IntoFilter;
pub use self::math::{pi, random};
pub use self::number::{Divisible, Fractional, Numeric, WholeNumber};
pub use self::operand::{IntoAssignment, IntoOperand, Operand};
pub use self::order::{OrderBy, SortKey, Sorting};
pub use self::row::{RowOf, RowValue, row};
pub use self::search::{Language, text_query};
pub use self::time::{Instant, Moment, Part, Unit, clock, now};
pub use self::trusted::{Bind, Binds, random_uuid, value};

pub(super) use self::operand::bound;

/// What an operator on an `F` and something else returns: a `B`, which may be NULL when either of them may.
pub type Either<F, N, B> = <<<F as Field>::Nulls as Nulls>::Or<N> as Nulls>::Of<B>;

/// A column of table `T` whose field is an `F`.
///
/// The derive makes one constant for each column, such as `Order::STATUS`.
pub struct Column<T, F> {
    name: &'static str,
    table: Option<&'static TypeName>,
    collation: Option<&'static str>,
    /// How many digits behind the point it keeps, where more are refused.
    scale: Option<u16>,
    types: PhantomData<fn() -> (T, F)>,
}

impl<T, F> Column<T, F> {
    /// The column of that SQL name, of whatever table it is read from.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        Self { name, table: None, collation: None, scale: None, types: PhantomData }
    }

    /// The column of that SQL name. The derive calls this; the name must be one of `T`'s columns.
    #[doc(hidden)]
    pub const fn of(name: &'static str) -> Self
    where
        T: Table,
    {
        Self { name, table: Some(&T::NAME), collation: None, scale: None, types: PhantomData }
    }

    /// The column of that SQL name in a query that knows the table by that name.
    #[doc(hidden)]
    pub const fn in_table(name: &'static str, table: &'static TypeName) -> Self {
        Self { name, table: Some(table), collation: None, scale: None, types: PhantomData }
    }

    /// The column with a collation, which is written after what it is compared with.
    #[doc(hidden)]
    #[must_use]
    pub const fn collated(mut self, collation: &'static str) -> Self {
        self.collation = Some(collation);
        self
    }

    /// The column, a DECIMAL that keeps so many digits behind the point: a value that has more is refused, and not rounded.
    #[doc(hidden)]
    #[must_use]
    pub const fn scaled(mut self, scale: u16) -> Self {
        self.scale = Some(scale);
        self
    }

    /// What it is set to, or changed by: a value that it would round is refused. What the server computes it rounds.
    pub(super) fn assigned(&self, node: Node) -> Node {
        match (self.scale, node) {
            (Some(scale), Node::Value(value)) => Node::Value(value.in_scale(self.name, scale)),
            (_, node) => node,
        }
    }

    /// How many digits behind the point it keeps, where more are refused.
    pub(super) const fn scale(&self) -> Option<u16> {
        self.scale
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

    /// What a value that it is compared with is collated by.
    pub(super) const fn collation(&self) -> Option<&'static str> {
        self.collation
    }

    pub(super) fn into_node(self) -> Node {
        match self.table {
            Some(table) => Node::Of(table, self.name),
            None => Node::Column(self.name),
        }
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
#[must_use = "an expression does nothing until a query uses it"]
pub struct Expr<T, F> {
    node: Node,
    types: PhantomData<fn() -> (T, F)>,
}

/// A condition on rows of `T`.
pub type Filter<T> = Expr<T, bool>;

/// What an expression is where it is read, grouped or ordered by: a condition is never true for NULL, so it is false then.
pub(crate) fn as_value<F: Field>(node: Node) -> Node {
    let is_condition =
        matches!(node.precedence(), Precedence::Or | Precedence::And | Precedence::Not | Precedence::Compare);
    let may_be_null = F::TYPE == ColumnType::Bool && !F::NULLABLE && is_condition;
    if may_be_null && !matches!(node, Node::Postfix(..)) {
        Node::Postfix(Box::new(node), " IS TRUE")
    } else {
        node
    }
}

impl<T, F> Expr<T, F> {
    pub(crate) fn new(node: Node) -> Self {
        Self { node, types: PhantomData }
    }

    /// An expression has no collation that is known here.
    #[expect(clippy::unused_self, reason = "a column has one")]
    pub(super) const fn collation(&self) -> Option<&'static str> {
        None
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
