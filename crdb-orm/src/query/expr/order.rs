//! The order of rows.

use std::marker::PhantomData;

use super::{Column, Expr, as_value};
use crate::error::UnknownSort;
use crate::query::node::Node;
use crate::query::read::{Aggregate, Contains};
use crate::types::Field;

on_both! {
    [T, F: Field] F {
        /// Ascending order, NULLs first, as CockroachDB's own indexes are. A condition is false before it is true.
        pub fn asc(self) -> OrderBy<T> {
            OrderBy::new(as_value::<F>(self.into_node()), if F::NULLABLE { " ASC NULLS FIRST" } else { " ASC" })
        }

        /// Descending order, NULLs last, as CockroachDB's own indexes are.
        pub fn desc(self) -> OrderBy<T> {
            OrderBy::new(as_value::<F>(self.into_node()), if F::NULLABLE { " DESC NULLS LAST" } else { " DESC" })
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
///
/// Of joined tables the tuple is named, and what one of them has comes in by [`across`](Self::across). Several orders at once, as
/// in `?sort=-total,id`, are picked by [`pick_all`](Self::pick_all).
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
    pub fn by<F: Field>(mut self, name: &'static str, what: impl SortKey<T, F>) -> Self {
        let what = what.__expr();
        self.names.push(name);
        self.orders.push((what.clone().asc(), what.desc()));
        self
    }

    /// The same as [`by`](Self::by) for what one of several joined tables has, where `T` is the tuple of them:
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// use crdb_orm::query::Sorting;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "customers")]
    /// # struct Customer { #[crdb(primary_key)] id: Uuid, email: String }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders", index(on(customer_id)))]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, #[crdb(references = Customer)] customer_id: Uuid, total: i64 }
    ///
    /// let sorting = Sorting::<(Order, Customer)>::new().across("total", Order::TOTAL).across("email", Customer::EMAIL);
    /// let orders = Order::query()
    ///     .join(Order::CUSTOMER_ID.joins(Customer::ID))
    ///     .select((Order::ID, Customer::EMAIL))
    ///     .order_by(sorting.pick_all("email,-total").expect("they are allowed"));
    /// assert!(orders.to_sql().ends_with(" ORDER BY customers.email ASC, orders.total DESC"));
    /// ```
    #[must_use]
    pub fn across<U, F: Field, I>(mut self, name: &'static str, what: impl SortKey<U, F>) -> Self
    where
        T: Contains<U, I>,
    {
        let over = what.__expr().across::<T, I>();
        self.names.push(name);
        self.orders.push((over.clone().asc(), over.desc()));
        self
    }

    /// The orders of a list of names with commas between, such as `-total,id`: each decides between rows that are equal in
    /// those before. No names at all are no order.
    ///
    /// ```
    /// # use crdb_orm::prelude::*;
    /// # use crdb_orm::query::Sorting;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "items")]
    /// # struct Item { #[crdb(primary_key)] id: Uuid, name: String, price: i64 }
    /// let sorting = Sorting::new().by("id", Item::ID).by("price", Item::PRICE);
    /// let order = sorting.pick_all("-price,id").expect("both are allowed");
    /// assert!(Item::order_by(order).to_sql().ends_with("ORDER BY price DESC, id ASC"));
    /// ```
    ///
    /// # Errors
    /// When one of the names is not allowed, or stands there a second time.
    pub fn pick_all(&self, names: &str) -> Result<Vec<OrderBy<T>>, UnknownSort> {
        let mut seen = Vec::new();
        let names = names.split(',').map(str::trim);
        names
            .filter(|name| !name.is_empty())
            .map(|name| {
                let bare = name.strip_prefix('-').unwrap_or(name);
                if seen.contains(&bare) {
                    return Err(UnknownSort::twice(name, &self.names));
                }
                seen.push(bare);
                self.pick(name)
            })
            .collect()
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

/// What a [`Sorting`] can sort by: a column, an expression or an aggregate over `T`. The name says the direction.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no order of `{T}` that a name can pick",
    label = "expected a column, an expression or an aggregate over `{T}`",
    note = "the direction is not said here: a name picks the ascending order, and with `-` in front of it the descending one",
    note = "over joined tables write `Sorting::<(Order, Customer)>::new().across(\"email\", Customer::EMAIL)`"
)]
pub trait SortKey<T, F> {
    #[doc(hidden)]
    fn __expr(self) -> Expr<T, F>;
}

impl<T, F> SortKey<T, F> for Column<T, F> {
    fn __expr(self) -> Expr<T, F> {
        self.into()
    }
}

impl<T, F> SortKey<T, F> for Expr<T, F> {
    fn __expr(self) -> Expr<T, F> {
        self
    }
}

impl<T, F, K> SortKey<T, F> for Aggregate<T, F, K> {
    fn __expr(self) -> Expr<T, F> {
        self.into()
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
