//! Window functions: a value for each row that depends on the rows around it.

use std::marker::PhantomData;

use crate::query::node::{Node, Part, Precedence, call, cast, narrow, parts, text, whole};
use crate::query::{Expr, OrderBy};
use crate::schema::ColumnType;
use crate::types::Field;

/// Starts a window: all rows of the query, until it is narrowed.
///
/// ```
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::{row_number, window};
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders")]
/// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64 }
///
/// let by_user = window().partition_by(Order::USER_ID).order_by(Order::TOTAL.desc());
/// let ranked = Order::query().select((Order::ID, row_number().over(by_user)));
/// assert_eq!(
///     ranked.to_sql(),
///     "SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY total DESC) FROM orders"
/// );
/// ```
pub const fn window<T>() -> Window<T> {
    Window { partition: Vec::new(), order: Vec::new(), table: PhantomData }
}

/// The rows that a window function sees, from [`window`].
#[must_use = "it is to be given to `.over(..)`"]
pub struct Window<T> {
    partition: Vec<Node>,
    order: Vec<(Node, &'static str)>,
    table: PhantomData<fn() -> T>,
}

impl<T> Window<T> {
    /// Narrows it to the rows in which this is equal.
    pub fn partition_by<F>(mut self, by: impl Into<Expr<T, F>>) -> Self {
        self.partition.push(by.into().into_node());
        self
    }

    /// Orders its rows: an aggregate then counts those up to the current one, and its equals.
    pub fn order_by(mut self, order: OrderBy<T>) -> Self {
        self.order.push(order.into_parts());
        self
    }

    pub(super) fn into_parts(self) -> Vec<Part> {
        let mut out = vec![text(" OVER (")];
        let partitioned = !self.partition.is_empty();
        for (i, node) in self.partition.into_iter().enumerate() {
            out.extend([text(if i == 0 { "PARTITION BY " } else { ", " }), whole(node)]);
        }
        for (i, (node, suffix)) in self.order.into_iter().enumerate() {
            let start = if partitioned { " ORDER BY " } else { "ORDER BY " };
            out.extend([text(if i == 0 { start } else { ", " }), whole(node), text(suffix)]);
        }
        out.push(text(")"));
        out
    }
}

impl<T> Clone for Window<T> {
    fn clone(&self) -> Self {
        Self { partition: self.partition.clone(), order: self.order.clone(), table: PhantomData }
    }
}

impl<T> std::fmt::Debug for Window<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Window").field(&self.partition).field(&self.order).finish()
    }
}

/// A function that needs a window.
#[must_use = "it has no value without `.over(window)`"]
pub struct WindowFunction<T, F> {
    call: Node,
    /// The type that it is cast to, where CockroachDB widens it.
    ty: Option<ColumnType>,
    types: PhantomData<fn() -> (T, F)>,
}

impl<T, F> WindowFunction<T, F> {
    const fn new(call: Node, ty: Option<ColumnType>) -> Self {
        Self { call, ty, types: PhantomData }
    }

    /// For each row over the rows of its window.
    pub fn over(self, window: Window<T>) -> Expr<T, F> {
        let mut list = vec![whole(self.call)];
        list.extend(window.into_parts());
        let node = parts(Precedence::Multiply, list);
        Expr::new(match self.ty {
            Some(ty) => cast(node, ty),
            None => node,
        })
    }
}

impl<T, F> std::fmt::Debug for WindowFunction<T, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WindowFunction").field(&self.call).finish()
    }
}

/// The number of the row in its window, from 1.
pub const fn row_number<T>() -> WindowFunction<T, i64> {
    WindowFunction::new(Node::Constant("row_number()"), None)
}

/// The number of the row in its window, the same for equals, with gaps behind them.
pub const fn rank<T>() -> WindowFunction<T, i64> {
    WindowFunction::new(Node::Constant("rank()"), None)
}

/// The number of the row in its window, the same for equals, without gaps.
pub const fn dense_rank<T>() -> WindowFunction<T, i64> {
    WindowFunction::new(Node::Constant("dense_rank()"), None)
}

on_both! {
    [T, F: Field] F {
        /// Its value in the row before, NULL in the first one.
        pub fn lag(self) -> WindowFunction<T, Option<F::Base>> {
            WindowFunction::new(call("lag", [self.into_node()]), narrow(F::TYPE))
        }

        /// Its value in the next row, NULL in the last one.
        pub fn lead(self) -> WindowFunction<T, Option<F::Base>> {
            WindowFunction::new(call("lead", [self.into_node()]), narrow(F::TYPE))
        }

        /// Its value in the first row of the window.
        pub fn first_value(self) -> WindowFunction<T, F> {
            WindowFunction::new(call("first_value", [self.into_node()]), narrow(F::TYPE))
        }
    }
}
