//! Conditions put together.

use std::ops::Not;

use super::{Column, Filter};
use crate::query::node::{ALWAYS, NEVER, Node, Operator};

impl<T> Filter<T> {
    /// Both hold.
    pub fn and(self, other: impl IntoFilter<T>) -> Self {
        Self::new(Node::binary(Operator::AND, self.node, other.__condition().node))
    }

    /// At least one holds.
    pub fn or(self, other: impl IntoFilter<T>) -> Self {
        Self::new(Node::binary(Operator::OR, self.node, other.__condition().node))
    }

    /// Always true: where a filter is wanted and every row is meant. An update or a delete is refused with it alone: see
    /// [`all`](Self::all).
    pub fn always() -> Self {
        Self::new(Node::Constant(ALWAYS))
    }

    /// Never true: no row is meant.
    pub fn never() -> Self {
        Self::new(Node::Constant(NEVER))
    }

    /// All of the conditions hold; what is `None` is left out, and without any every row is meant.
    ///
    /// An update or a delete that such a filter lets loose on every row is refused before it is sent: `Item::query().delete()`,
    /// without a filter, says that all rows are meant.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// use crdb_orm::query::Filter;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "items")]
    /// # struct Item { #[crdb(primary_key)] id: Uuid, name: String, price: i64 }
    ///
    /// fn search(name: Option<&str>, at_most: Option<i64>) -> Filter<Item> {
    ///     Filter::all([
    ///         name.map(|name| Item::NAME.contains(name)),
    ///         at_most.map(|price| Item::PRICE.le(price)),
    ///     ])
    /// }
    ///
    /// assert!(Item::filter(search(Some("x"), Some(5))).to_sql().ends_with("WHERE name LIKE $1 AND price <= $2"));
    /// assert!(Item::filter(search(None, Some(5))).to_sql().ends_with("WHERE price <= $1"));
    /// assert!(Item::filter(search(None, None)).to_sql().ends_with("WHERE TRUE"));
    /// ```
    pub fn all<C: Into<Option<Self>>>(conditions: impl IntoIterator<Item = C>) -> Self {
        conditions.into_iter().filter_map(Into::into).reduce(Self::and).unwrap_or_else(Self::always)
    }

    /// At least one of the conditions holds; what is `None` is left out, and without any no row is meant.
    pub fn any<C: Into<Option<Self>>>(conditions: impl IntoIterator<Item = C>) -> Self {
        conditions.into_iter().filter_map(Into::into).reduce(Self::or).unwrap_or_else(Self::never)
    }

    /// Both hold, if the second one is wanted.
    pub fn and_if(self, wanted: bool, other: impl FnOnce() -> Self) -> Self {
        if wanted { self.and(other()) } else { self }
    }

    /// Both hold, if there is a value for the second one: `.and_some(name, |name| Item::NAME.eq(name))`.
    pub fn and_some<V>(self, value: Option<V>, other: impl FnOnce(V) -> Self) -> Self {
        match value {
            Some(value) => self.and(other(value)),
            None => self,
        }
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
    pub fn and(self, other: impl IntoFilter<T>) -> Filter<T> {
        Filter::from(self).and(other)
    }

    /// The column or another condition holds.
    pub fn or(self, other: impl IntoFilter<T>) -> Filter<T> {
        Filter::from(self).or(other)
    }
}

impl<T> Not for Column<T, bool> {
    type Output = Filter<T>;

    fn not(self) -> Filter<T> {
        !Filter::from(self)
    }
}

/// A condition on rows of `T`: what comparisons make, or a column of `bool`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition on rows of `{T}`",
    label = "expected a condition on `{T}`",
    note = "`&&` and `||` of Rust make a `bool`: conditions are joined by `.and(..)` and `.or(..)`, and compared by `.eq(..)`, `.lt(..)` and so on",
    note = "a condition on another table needs that table in the query: `Order::query().join(Order::VENUE).filter(Venue::NAME.eq(..))`; \
            or ask by a relation: `Order::VENUE.any(Venue::NAME.eq(..))`"
)]
pub trait IntoFilter<T> {
    #[doc(hidden)]
    fn __condition(self) -> Filter<T>;
}

#[diagnostic::do_not_recommend]
impl<T, V: Into<Filter<T>>> IntoFilter<T> for V {
    fn __condition(self) -> Filter<T> {
        self.into()
    }
}
