//! Orders of rows: one, or several of which each decides between rows that are equal in those before.

use super::scope::Contains;
use crate::query::OrderBy;
use crate::query::node::Node;

/// The order of a query.
#[doc(hidden)]
#[derive(Debug)]
pub struct Ordered<'o>(pub(in crate::query) &'o mut Vec<(Node, &'static str)>);

/// What rows of `S` can be ordered by: `Order::TOTAL.desc()`, a tuple of up to six of these, or a list of them. Each decides
/// between rows that are equal in those before.
///
/// ```
/// use crdb_orm::prelude::*;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders")]
/// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64 }
///
/// let orders = Order::order_by((Order::TOTAL.desc(), Order::ID.asc()));
/// assert!(orders.to_sql().ends_with(" ORDER BY total DESC, id ASC"));
/// let newest_first = [Order::TOTAL.desc(), Order::ID.desc()];
/// assert!(Order::order_by(newest_first).to_sql().ends_with(" ORDER BY total DESC, id DESC"));
/// ```
#[diagnostic::on_unimplemented(
    message = "rows of `{S}` cannot be ordered by `{Self}`",
    label = "this is no order of `{S}`",
    note = "say in which direction: `Order::TOTAL.asc()` or `Order::TOTAL.desc()`; several are a tuple or a list of these"
)]
pub trait Orders<S, I> {
    #[doc(hidden)]
    fn __push(self, orders: &mut Ordered<'_>);
}

impl<S: Contains<X, I>, X, I> Orders<S, I> for OrderBy<X> {
    fn __push(self, orders: &mut Ordered<'_>) {
        orders.0.push(self.into_parts());
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

macro_rules! tuple {
    ($($order:ident $place:ident $index:tt),*) => {
                impl<S, $($order: Orders<S, $place>, $place),*> Orders<S, ($($place,)*)> for ($($order,)*) {
            fn __push(self, orders: &mut Ordered<'_>) {
                $(self.$index.__push(orders);)*
            }
        }
    };
}

tuple!(A IA 0, B IB 1);
tuple!(A IA 0, B IB 1, C IC 2);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4);
tuple!(A IA 0, B IB 1, C IC 2, D ID 3, E IE 4, F IF 5);
