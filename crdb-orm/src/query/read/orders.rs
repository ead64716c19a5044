//! Orders of rows: one, or several of which each decides between rows that are equal in those before.

use super::aggregate::Aggregate;
use super::scope::Contains;
use crate::query::node::Node;
use crate::query::{Column, Expr, OrderBy};
use crate::types::Field;

/// The order of a query.
#[doc(hidden)]
#[derive(Debug)]
pub struct Ordered<'o>(pub(in crate::query) &'o mut Vec<(Node, &'static str)>);

/// What rows of `S` can be ordered by: `Order::TOTAL.desc()`, a tuple of up to six of these, or a list of them. Each decides
/// between rows that are equal in those before.
///
/// Aggregates and what a window gives can stand in the same tuple. Where no direction is said, it is the ascending one, as in
/// SQL: `Order::ID` is `Order::ID.asc()`.
///
/// ```
/// use crdb_orm::prelude::*;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders")]
/// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64 }
///
/// let orders = Order::order_by((Order::TOTAL.desc(), Order::ID));
/// assert!(orders.to_sql().ends_with(" ORDER BY total DESC, id ASC"));
/// let newest_first = [Order::TOTAL.desc(), Order::ID.desc()];
/// assert!(Order::order_by(newest_first).to_sql().ends_with(" ORDER BY total DESC, id DESC"));
///
/// let spent = Order::query()
///     .select((Order::USER_ID, Order::ID.count()))
///     .group_by(Order::USER_ID)
///     .order_by((Order::ID.count().desc(), Order::TOTAL.max().desc().nulls_last(), Order::USER_ID));
/// assert!(spent.to_sql().ends_with(" ORDER BY count(id) DESC, max(total) DESC NULLS LAST, user_id ASC"));
/// ```
#[diagnostic::on_unimplemented(
    message = "rows of `{S}` cannot be ordered by `{Self}`",
    label = "this is no order of `{S}`",
    note = "it is a column, an expression, an aggregate or what a window gives, with a direction or without: `Order::TOTAL.desc()`; several are a tuple of up to six, or a list"
)]
pub trait Orders<S, I> {
    #[doc(hidden)]
    fn __push(self, orders: &mut Ordered<'_>);
}

/// What rows are ordered by inside of an expression over `T`: by [`Window::order_by`](super::Window::order_by) and
/// [`Aggregate::order_by`]. It is what [`Orders`] is, all of it over the one table, or the one tuple of tables, that the
/// expression is over.
#[diagnostic::on_unimplemented(
    message = "inside of an expression over `{T}` nothing can be ordered by `{Self}`",
    label = "this is no order of `{T}`",
    note = "it is a column, an expression or an aggregate over the same table, with a direction or without: `Order::TOTAL.desc()`; several are a tuple of up to six, or a list. What another table of a query has comes in by `.across::<(Order, Customer), _>()`"
)]
pub trait OrdersWithin<T> {
    #[doc(hidden)]
    fn __push_within(self, orders: &mut Ordered<'_>);
}

impl Ordered<'_> {
    fn push<T>(&mut self, order: OrderBy<T>) {
        self.0.push(order.into_parts());
    }
}

// Written out: the compiler shows these lines where a mistake is one of tables.
impl<S: Contains<T, I>, T, I> Orders<S, I> for OrderBy<T> {
    fn __push(self, orders: &mut Ordered<'_>) {
        orders.push(self);
    }
}

impl<S: Contains<T, I>, T, I, F: Field> Orders<S, I> for Column<T, F> {
    fn __push(self, orders: &mut Ordered<'_>) {
        orders.push(self.asc());
    }
}

impl<S: Contains<T, I>, T, I, F: Field> Orders<S, I> for Expr<T, F> {
    fn __push(self, orders: &mut Ordered<'_>) {
        orders.push(self.asc());
    }
}

impl<S: Contains<T, I>, T, I, F: Field, K> Orders<S, I> for Aggregate<T, F, K> {
    fn __push(self, orders: &mut Ordered<'_>) {
        orders.push(self.asc());
    }
}

impl<S, I, O: Orders<S, I>, const N: usize> Orders<S, [I; 1]> for [O; N] {
    fn __push(self, orders: &mut Ordered<'_>) {
        for order in self {
            order.__push(orders);
        }
    }
}

impl<S, I, O: Orders<S, I>> Orders<S, [I; 1]> for Vec<O> {
    fn __push(self, orders: &mut Ordered<'_>) {
        for order in self {
            order.__push(orders);
        }
    }
}

impl<T> OrdersWithin<T> for OrderBy<T> {
    fn __push_within(self, orders: &mut Ordered<'_>) {
        orders.push(self);
    }
}

impl<T, F: Field> OrdersWithin<T> for Column<T, F> {
    fn __push_within(self, orders: &mut Ordered<'_>) {
        orders.push(self.asc());
    }
}

impl<T, F: Field> OrdersWithin<T> for Expr<T, F> {
    fn __push_within(self, orders: &mut Ordered<'_>) {
        orders.push(self.asc());
    }
}

impl<T, F: Field, K> OrdersWithin<T> for Aggregate<T, F, K> {
    fn __push_within(self, orders: &mut Ordered<'_>) {
        orders.push(self.asc());
    }
}

impl<T, O: OrdersWithin<T>, const N: usize> OrdersWithin<T> for [O; N] {
    fn __push_within(self, orders: &mut Ordered<'_>) {
        for order in self {
            order.__push_within(orders);
        }
    }
}

impl<T, O: OrdersWithin<T>> OrdersWithin<T> for Vec<O> {
    fn __push_within(self, orders: &mut Ordered<'_>) {
        for order in self {
            order.__push_within(orders);
        }
    }
}

macro_rules! tuple {
    ($($order:ident $place:ident $index:tt),*) => {
        impl<S, $($order: Orders<S, $place>, $place),*> Orders<S, ($($place,)*)> for ($($order,)*) {
            fn __push(self, orders: &mut Ordered<'_>) {
                $(self.$index.__push(orders);)*
            }
        }

        impl<T, $($order: OrdersWithin<T>),*> OrdersWithin<T> for ($($order,)*) {
            fn __push_within(self, orders: &mut Ordered<'_>) {
                $(self.$index.__push_within(orders);)*
            }
        }
    };
}

tuple!(A IA 0, B IB 1);
tuple!(A IA 0, B IB 1, C IC 2);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4, F IF 5);
