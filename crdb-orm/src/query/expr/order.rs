//! The order of rows.

use std::marker::PhantomData;

use super::Expr;
use crate::error::UnknownSort;
use crate::query::node::Node;
use crate::types::Field;

on_both! {
    [T, F: Field] F {
        /// Ascending order, NULLs first, as CockroachDB's own indexes are.
        pub fn asc(self) -> OrderBy<T> {
            OrderBy::new(self.into_node(), if F::NULLABLE { " ASC NULLS FIRST" } else { " ASC" })
        }

        /// Descending order, NULLs last, as CockroachDB's own indexes are.
        pub fn desc(self) -> OrderBy<T> {
            OrderBy::new(self.into_node(), if F::NULLABLE { " DESC NULLS LAST" } else { " DESC" })
        }
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

impl<T> Clone for OrderBy<T> {
    fn clone(&self) -> Self {
        Self { node: self.node.clone(), suffix: self.suffix, table: PhantomData }
    }
}

/// The orders that a caller may choose from by name: what a list in a web page sorts by.
///
/// A name picks ascending order, and with `-` in front of it descending order. No text of the caller's becomes SQL.
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::Sorting;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "items")]
/// # struct Item { #[crdb(primary_key)] id: Uuid, name: String, price: i64 }
///
/// let sorting = Sorting::new().by("name", Item::NAME).by("price", Item::PRICE);
/// let order = sorting.pick("-price").expect("it is allowed");
/// assert!(Item::order_by(order).to_sql().ends_with("ORDER BY price DESC"));
///
/// let error = sorting.pick("id; DROP TABLE items").expect_err("it is not");
/// assert_eq!(error.allowed(), ["name", "price"]);
/// ```
pub struct Sorting<T> {
    names: Vec<&'static str>,
    orders: Vec<(OrderBy<T>, OrderBy<T>)>,
}

impl<T> Sorting<T> {
    /// No order yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { names: Vec::new(), orders: Vec::new() }
    }

    /// Allows the order by a column or an expression, under a name.
    #[must_use]
    pub fn by<F: Field>(mut self, name: &'static str, what: impl Into<Expr<T, F>>) -> Self {
        let what = what.into();
        self.names.push(name);
        self.orders.push((what.clone().asc(), what.desc()));
        self
    }

    /// The order of that name.
    ///
    /// # Errors
    /// When no order of that name is allowed. By `?` it becomes an [`Error`](crate::Error) that keeps the names.
    pub fn pick(&self, name: &str) -> Result<OrderBy<T>, UnknownSort> {
        let (wanted, descending) = name.strip_prefix('-').map_or((name, false), |name| (name, true));
        let found = self.names.iter().zip(&self.orders).find(|(name, _)| **name == wanted);
        match found {
            Some((_, (_, order))) if descending => Ok(order.clone()),
            Some((_, (order, _))) => Ok(order.clone()),
            None => Err(UnknownSort::new(name, &self.names)),
        }
    }
}

impl<T> Default for Sorting<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> std::fmt::Debug for Sorting<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Sorting").field(&self.names).finish()
    }
}
