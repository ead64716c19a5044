//! Window functions: a value for each row that depends on the rows around it.

use std::marker::PhantomData;

use super::frame::{Between, Distance, Excluded, Frame, counted, measured};
use super::orders::{Ordered, OrdersWithin};
use crate::query::expr::Either;
use crate::query::node::{Node, Part, Precedence, call, cast, narrow, number, parts, text, whole};
use crate::query::{Expr, IntoOperand};
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
    Window { partition: Vec::new(), order: Vec::new(), frame: Vec::new(), excluded: None, table: PhantomData }
}

/// The rows that a window function sees, from [`window`].
#[must_use = "it is to be given to `.over(..)`"]
pub struct Window<T> {
    partition: Vec<Node>,
    order: Vec<(Node, &'static str)>,
    frame: Vec<Part>,
    excluded: Option<Excluded>,
    table: PhantomData<fn() -> T>,
}

impl<T> Window<T> {
    /// Narrows it to the rows in which this is equal.
    pub fn partition_by<F>(mut self, by: impl Into<Expr<T, F>>) -> Self {
        self.partition.push(by.into().into_node());
        self
    }

    /// Orders its rows: by one column or expression, or by a tuple or a list of them, of which each decides between equals in
    /// those before. So does a further call. An aggregate then counts the rows up to the current one, and its equals.
    pub fn order_by(mut self, order: impl OrdersWithin<T>) -> Self {
        order.__push_within(&mut Ordered(&mut self.order));
        self
    }

    /// Narrows what a function sees to some rows around the current one: `ROWS BETWEEN .. AND ..`.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// use crdb_orm::query::{current_row, preceding, window};
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "days")]
    /// # struct Day { #[crdb(primary_key)] day: NaiveDate, sold: i64 }
    ///
    /// let week = window().order_by(Day::DAY.asc()).rows(preceding(6), current_row());
    /// assert_eq!(
    ///     Day::query().select((Day::DAY, Day::SOLD.avg().over(week))).to_sql(),
    ///     "SELECT day, (avg(sold) OVER (ORDER BY day ASC ROWS BETWEEN 6 PRECEDING AND CURRENT ROW))::FLOAT8 FROM days"
    /// );
    /// ```
    pub fn rows<A, B>(mut self, start: A, end: B) -> Self
    where
        A: Frame<u32> + Between<B>,
        B: Frame<u32>,
    {
        self.frame = counted("ROWS BETWEEN ", start, end);
        self
    }

    /// Narrows what a function sees to some groups of rows that are equal in the order: `GROUPS BETWEEN .. AND ..`.
    /// Servers want an order.
    pub fn groups<A, B>(mut self, start: A, end: B) -> Self
    where
        A: Frame<u32> + Between<B>,
        B: Frame<u32>,
    {
        self.frame = counted("GROUPS BETWEEN ", start, end);
        self
    }

    /// Orders the rows by a value, and narrows what a function sees to those whose value is not too far from that of the
    /// current one: `ORDER BY .. RANGE BETWEEN .. AND ..`. It takes the place of any other order.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// use crdb_orm::query::{current_row, preceding, window};
    /// use crdb_orm::types::Interval;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64, at: DateTime<Utc> }
    ///
    /// let week = window()
    ///     .partition_by(Order::USER_ID)
    ///     .range(Order::AT, preceding(Interval::from_days(7)), current_row());
    /// let spent = Order::query().select((Order::ID, Order::TOTAL.sum().over(week)));
    /// # drop(spent);
    /// ```
    pub fn range<F, A, B>(mut self, along: impl Into<Expr<T, F>>, start: A, end: B) -> Self
    where
        F: Field<Base: Distance>,
        A: Frame<<F::Base as Distance>::By> + Between<B>,
        B: Frame<<F::Base as Distance>::By>,
    {
        self.order = vec![along.into().asc().into_parts()];
        self.frame = measured(start, end);
        self
    }

    /// Leaves rows out of the frame; without one, of all rows up to the current one and its equals.
    pub fn exclude(mut self, excluded: Excluded) -> Self {
        self.excluded = Some(excluded);
        self
    }

    pub(super) fn into_parts(self) -> Vec<Part> {
        let mut out = vec![text(" OVER (")];
        let partitioned = !self.partition.is_empty();
        for (i, node) in self.partition.into_iter().enumerate() {
            out.extend([text(if i == 0 { "PARTITION BY " } else { ", " }), whole(node)]);
        }
        for (i, (node, direction)) in self.order.into_iter().enumerate() {
            let start = if partitioned { " ORDER BY " } else { "ORDER BY " };
            out.extend([text(if i == 0 { start } else { ", " }), Part::Order(node, direction)]);
        }
        let mut frame = self.frame;
        if let Some(excluded) = self.excluded {
            // What a frame is that is not said.
            if frame.is_empty() {
                frame.push(text("RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"));
            }
            frame.push(text(excluded.text()));
        }
        if !frame.is_empty() && out.len() > 1 {
            out.push(text(" "));
        }
        out.extend(frame);
        out.push(text(")"));
        out
    }
}

impl<T> Clone for Window<T> {
    fn clone(&self) -> Self {
        Self {
            partition: self.partition.clone(),
            order: self.order.clone(),
            frame: self.frame.clone(),
            excluded: self.excluded,
            table: PhantomData,
        }
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

/// The number of the part that the row is in, from 1, when the rows of the window are cut into so many parts of about the
/// same size. Of no parts there is an error of the server.
pub fn ntile<T>(parts: u32) -> WindowFunction<T, i64> {
    WindowFunction::new(numbered("ntile", [], parts), Some(ColumnType::Int8))
}

/// How far the row is through its window by rank, from 0 to 1.
pub const fn percent_rank<T>() -> WindowFunction<T, f64> {
    WindowFunction::new(Node::Constant("percent_rank()"), None)
}

/// Which share of the rows of the window comes no later than the row in the order, above 0 and up to 1.
pub const fn cume_dist<T>() -> WindowFunction<T, f64> {
    WindowFunction::new(Node::Constant("cume_dist()"), None)
}

/// A call whose last argument is a number that is no parameter: servers do not agree on its type.
fn numbered<const N: usize>(function: &'static str, arguments: [Node; N], count: u32) -> Node {
    let count = parts(Precedence::Atom, [number(count)]);
    call(function, arguments.into_iter().chain([count]))
}

on_both! {
    [T, F: Field] F {
        /// Its value so many rows before, NULL where there are not so many.
        pub fn lag_by(self, rows: u32) -> WindowFunction<T, Option<F::Base>> {
            WindowFunction::new(numbered("lag", [self.into_node()], rows), narrow(F::TYPE))
        }

        /// Its value so many rows before, and something else where there are not so many.
        pub fn lag_or<R: IntoOperand<T, F::Base>>(
            self,
            rows: u32,
            other: R,
        ) -> WindowFunction<T, Either<F, R::Nulls, F::Base>> {
            let call = or("lag", self.into_node(), rows, other.into_operand().0);
            WindowFunction::new(call, narrow(F::TYPE))
        }

        /// Its value so many rows behind, NULL where there are not so many.
        pub fn lead_by(self, rows: u32) -> WindowFunction<T, Option<F::Base>> {
            WindowFunction::new(numbered("lead", [self.into_node()], rows), narrow(F::TYPE))
        }

        /// Its value so many rows behind, and something else where there are not so many.
        pub fn lead_or<R: IntoOperand<T, F::Base>>(
            self,
            rows: u32,
            other: R,
        ) -> WindowFunction<T, Either<F, R::Nulls, F::Base>> {
            let call = or("lead", self.into_node(), rows, other.into_operand().0);
            WindowFunction::new(call, narrow(F::TYPE))
        }

        /// Its value in the last row that the function sees: without a frame, that is the current one or an equal of it. NULL
        /// where it sees none.
        pub fn last_value(self) -> WindowFunction<T, Option<F::Base>> {
            WindowFunction::new(call("last_value", [self.into_node()]), narrow(F::TYPE))
        }

        /// Its value in the row of that number, from 1, of those that the function sees; NULL where there are not so many.
        pub fn nth_value(self, row: u32) -> WindowFunction<T, Option<F::Base>> {
            WindowFunction::new(numbered("nth_value", [self.into_node()], row), narrow(F::TYPE))
        }

        /// Its value in the row before, NULL in the first one.
        pub fn lag(self) -> WindowFunction<T, Option<F::Base>> {
            WindowFunction::new(call("lag", [self.into_node()]), narrow(F::TYPE))
        }

        /// Its value in the next row, NULL in the last one.
        pub fn lead(self) -> WindowFunction<T, Option<F::Base>> {
            WindowFunction::new(call("lead", [self.into_node()]), narrow(F::TYPE))
        }

        /// Its value in the first row that the function sees; NULL where it sees none, as some frames do.
        pub fn first_value(self) -> WindowFunction<T, Option<F::Base>> {
            WindowFunction::new(call("first_value", [self.into_node()]), narrow(F::TYPE))
        }
    }
}

fn or(function: &'static str, value: Node, rows: u32, other: Node) -> Node {
    call(function, [value, parts(Precedence::Atom, [number(rows)]), other])
}
