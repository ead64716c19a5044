//! Aggregates, each cast to a type that is the same on both servers.

use std::marker::PhantomData;

use super::list::{List, Selection, next};
use super::orders::{Ordered, OrdersWithin};
use super::scope::Contains;
use super::window::Window;
use crate::error::Result;
use crate::query::node::{Node, Part, Precedence, call, cast, narrow, number, parts, text, whole};
use crate::query::row::RowReader;
use crate::query::{Expr, Filter, IntoFilter, IntoOperand, Numeric, OrderBy, WholeNumber};
use crate::schema::ColumnType;
use crate::types::{Field, IntoField, SqlType};

/// An aggregate over the rows of a group, whose value is an `F`.
///
/// `K` is what can be said of it: [`Plain`], [`Collecting`] or [`OrderedSet`].
pub struct Aggregate<T, F, K = Plain> {
    call: Call,
    filter: Option<Node>,
    over: Option<Vec<Part>>,
    /// The type that it is cast to, where the servers do not agree.
    ty: Option<ColumnType>,
    types: Types<T, F, K>,
}

type Types<T, F, K> = PhantomData<fn() -> (T, F, K)>;

/// An aggregate for which the order of its rows does not matter.
#[derive(Debug, Clone, Copy)]
pub enum Plain {}

/// An aggregate that puts its rows in a list: it has an order, and can leave out what is equal.
#[derive(Debug, Clone, Copy)]
pub enum Collecting {}

/// An aggregate of an order of its own, `WITHIN GROUP (ORDER BY ..)`, which no window has.
#[derive(Debug, Clone, Copy)]
pub enum OrderedSet {}

#[derive(Debug, Clone)]
enum Call {
    Node(Node),
    /// `function(DISTINCT arguments ORDER BY ..)`.
    List {
        function: &'static str,
        arguments: Vec<Node>,
        distinct: bool,
        order: Vec<(Node, &'static str)>,
    },
}

impl Call {
    fn node(self) -> Node {
        let (function, arguments, distinct, order) = match self {
            Self::Node(node) => return node,
            Self::List { function, arguments, distinct, order } => (function, arguments, distinct, order),
        };
        let mut list = vec![text(function), text(if distinct { "(DISTINCT " } else { "(" })];
        for (i, argument) in arguments.into_iter().enumerate() {
            list.extend([text(if i == 0 { "" } else { ", " }), whole(argument)]);
        }
        for (i, (node, direction)) in order.into_iter().enumerate() {
            list.extend([text(if i == 0 { " ORDER BY " } else { ", " }), Part::Order(node, direction)]);
        }
        list.push(text(")"));
        parts(Precedence::Atom, list)
    }
}

impl<T, F, K> Clone for Aggregate<T, F, K> {
    fn clone(&self) -> Self {
        Self {
            call: self.call.clone(),
            filter: self.filter.clone(),
            over: self.over.clone(),
            ty: self.ty,
            types: PhantomData,
        }
    }
}

impl<T, F, K> std::fmt::Debug for Aggregate<T, F, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Aggregate").field(&self.call).finish()
    }
}

/// The number of rows: `count(*)`. The table is named: `count_rows::<Order>()`.
pub fn count_rows<T>() -> Aggregate<T, i64> {
    Aggregate::new(Node::Constant("count(*)"), None)
}

impl<T, F, K> Aggregate<T, F, K> {
    const fn new(call: Node, ty: Option<ColumnType>) -> Self {
        Self { call: Call::Node(call), filter: None, over: None, ty, types: PhantomData }
    }

    fn node(self) -> Node {
        let mut list = vec![whole(self.call.node())];
        if let Some(filter) = self.filter {
            list.extend([text(" FILTER (WHERE "), whole(filter), text(")")]);
        }
        // A cast binds tighter than FILTER and OVER.
        let plain = list.len() == 1 && self.over.is_none();
        list.extend(self.over.unwrap_or_default());
        let node = parts(if plain { Precedence::Atom } else { Precedence::Multiply }, list);
        match self.ty {
            Some(ty) => cast(node, ty),
            None => node,
        }
    }
}

impl<T, F> Aggregate<T, F, Collecting> {
    fn list<const N: usize>(function: &'static str, arguments: [Node; N], ty: Option<ColumnType>) -> Self {
        let call = Call::List { function, arguments: arguments.into(), distinct: false, order: Vec::new() };
        Self { call, filter: None, over: None, ty, types: PhantomData }
    }

    /// The order in which it takes the rows: one, or a tuple or a list of which each decides between equals in those before;
    /// so does a further call. Without one, any.
    #[must_use]
    pub fn order_by(mut self, by: impl OrdersWithin<T>) -> Self {
        if let Call::List { order, .. } = &mut self.call {
            by.__push_within(&mut Ordered(order));
        }
        self
    }

    /// Takes what is equal once. It can be ordered by what it takes alone then.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        if let Call::List { distinct, .. } = &mut self.call {
            *distinct = true;
        }
        self
    }
}

/// An aggregate that a window can have.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "an aggregate with an order of its own has no window")]
pub trait OverWindow {}

impl OverWindow for Plain {}
impl OverWindow for Collecting {}

impl<T, F: Field, K> Aggregate<T, F, K> {
    /// Counts only rows for which a condition holds.
    #[must_use]
    pub fn filter(mut self, condition: impl IntoFilter<T>) -> Self {
        self.filter = Some(Node::and(self.filter, condition.__condition().into_node()));
        self
    }

    /// For each row over the rows of its window, instead of one row for each group.
    pub fn over(mut self, window: Window<T>) -> Expr<T, F>
    where
        K: OverWindow,
    {
        self.over = Some(window.into_parts());
        self.into()
    }

    /// Equal to a value.
    pub fn eq(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
        Expr::from(self).eq(other)
    }

    /// Different from a value.
    pub fn ne(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
        Expr::from(self).ne(other)
    }

    /// Less than a value.
    pub fn lt(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
        Expr::from(self).lt(other)
    }

    /// At most a value.
    pub fn le(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
        Expr::from(self).le(other)
    }

    /// Greater than a value.
    pub fn gt(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
        Expr::from(self).gt(other)
    }

    /// At least a value.
    pub fn ge(self, other: impl IntoOperand<T, F::Base>) -> Filter<T> {
        Expr::from(self).ge(other)
    }

    /// It, or where it is NULL, as of no rows, something else.
    pub fn coalesce(self, other: impl IntoField<F::Base>) -> Aggregate<T, F::Base> {
        let other = Node::Value(crate::types::Value::encode(&other.into_field()));
        Aggregate::new(call("coalesce", [self.node(), other]), None)
    }

    /// Ascending order by it.
    pub fn asc(self) -> OrderBy<T> {
        Expr::from(self).asc()
    }

    /// Descending order by it.
    pub fn desc(self) -> OrderBy<T> {
        Expr::from(self).desc()
    }
}

impl<T, F, K> From<Aggregate<T, F, K>> for Expr<T, F> {
    fn from(aggregate: Aggregate<T, F, K>) -> Self {
        Self::new(aggregate.node())
    }
}

impl<S, I, T, F, K> Selection<S, I> for Aggregate<T, F, K>
where
    S: Contains<T, I>,
    F: Field,
{
    // A row that a left join has not found counts for nothing.
    type Output = F;

    fn push(self, list: &mut List) {
        list.0.push((self.node(), F::TYPE));
    }

    fn read(row: &RowReader<'_>, at: &mut usize) -> Result<F> {
        next(row, at)
    }
}

fn of<T, F>(function: &'static str, node: Node, ty: Option<ColumnType>) -> Aggregate<T, F> {
    Aggregate::new(call(function, [node]), ty)
}

/// `percentile_disc(0.5) WITHIN GROUP (ORDER BY ..)`. The share is no parameter: servers want a constant.
fn within(function: &'static str, share: f64, of: Node) -> Node {
    let share = if share.is_finite() { number(share) } else { text("'NaN'::FLOAT8") };
    let list = [text(function), text("("), share, text(") WITHIN GROUP (ORDER BY "), whole(of), text(")")];
    parts(Precedence::Multiply, list)
}

fn float(node: Node) -> Node {
    cast(node, ColumnType::Float8)
}

/// An aggregate of two floats: PostgreSQL has them of no other numbers.
fn pair<T>(function: &'static str, y: Node, x: Node) -> Aggregate<T, Option<f64>> {
    Aggregate::new(call(function, [float(y), float(x)]), None)
}

on_both! {
    [T, F: Field] F {
        /// How many rows have a value that is not NULL.
        pub fn count(self) -> Aggregate<T, i64> {
            of("count", self.into_node(), None)
        }

        /// How many different values there are that are not NULL.
        pub fn count_distinct(self) -> Aggregate<T, i64> {
            Aggregate::new(parts(Precedence::Atom, [text("count(DISTINCT "), whole(self.into_node()), text(")")]), None)
        }

        /// The least value, NULL if there is none.
        pub fn min(self) -> Aggregate<T, Option<F::Base>> {
            of("min", self.into_node(), narrow(F::TYPE))
        }

        /// The greatest value, NULL if there is none.
        pub fn max(self) -> Aggregate<T, Option<F::Base>> {
            of("max", self.into_node(), narrow(F::TYPE))
        }

        /// All values as an array, NULL if there are no rows.
        ///
        /// ```
        /// use crdb_orm::prelude::*;
        /// # #[derive(CrdbTable, Debug)]
        /// # #[crdb(table = "orders")]
        /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64 }
        ///
        /// let totals = Order::TOTAL.array_agg().order_by(Order::TOTAL.desc());
        /// assert_eq!(
        ///     Order::query().select((Order::USER_ID, totals)).group_by(Order::USER_ID).to_sql(),
        ///     "SELECT user_id, array_agg(total ORDER BY total DESC) FROM orders GROUP BY user_id"
        /// );
        /// ```
        pub fn array_agg(self) -> Aggregate<T, Option<Vec<F>>, Collecting> {
            Aggregate::list("array_agg", [self.into_node()], narrow(ColumnType::Array(&F::TYPE)))
        }

        /// All values as a JSON list, NULL if there are no rows: `jsonb_agg`.
        pub fn jsonb_agg(self) -> Aggregate<T, Option<serde_json::Value>, Collecting> {
            Aggregate::list("jsonb_agg", [self.into_node()], None)
        }

        /// A JSON object with a key for each row and what another column has there, NULL if there are no rows:
        /// `jsonb_object_agg`. A key that is NULL is an error of the server.
        pub fn jsonb_object_agg<G: Field>(
            self,
            values: impl Into<Expr<T, G>>,
        ) -> Aggregate<T, Option<serde_json::Value>>
        where
            F: Field<Base = String>,
        {
            Aggregate::new(call("jsonb_object_agg", [self.into_node(), values.into().into_node()]), None)
        }

        /// The value that so great a share of the values does not exceed, from 0 to 1: one of them, NULL if there are none.
        pub fn percentile_disc(self, share: f64) -> Aggregate<T, Option<F::Base>, OrderedSet> {
            Aggregate::new(within("percentile_disc", share, self.into_node()), narrow(F::TYPE))
        }
    }

    [T, F: Field] F {
        /// The value below which so great a share of the values is, from 0 to 1, between two of them where need be: 0.5 is
        /// the median. NULL if there are none.
        pub fn percentile_cont(self, share: f64) -> Aggregate<T, Option<f64>, OrderedSet>
        where
            F::Base: Numeric,
        {
            Aggregate::new(within("percentile_cont", share, float(self.into_node())), Some(ColumnType::Float8))
        }

        /// The standard deviation of a sample, NULL of less than two values: an `f64`, or a decimal of decimals.
        pub fn stddev(self) -> Aggregate<T, Option<<F::Base as Numeric>::Average>>
        where
            F::Base: Numeric,
        {
            of("stddev_samp", self.into_node(), Some(<<F::Base as Numeric>::Average as SqlType>::TYPE))
        }

        /// The standard deviation of all there is, NULL of no values.
        pub fn stddev_pop(self) -> Aggregate<T, Option<<F::Base as Numeric>::Average>>
        where
            F::Base: Numeric,
        {
            of("stddev_pop", self.into_node(), Some(<<F::Base as Numeric>::Average as SqlType>::TYPE))
        }

        /// The variance of a sample, NULL of less than two values.
        pub fn variance(self) -> Aggregate<T, Option<<F::Base as Numeric>::Average>>
        where
            F::Base: Numeric,
        {
            of("var_samp", self.into_node(), Some(<<F::Base as Numeric>::Average as SqlType>::TYPE))
        }

        /// The variance of all there is, NULL of no values.
        pub fn var_pop(self) -> Aggregate<T, Option<<F::Base as Numeric>::Average>>
        where
            F::Base: Numeric,
        {
            of("var_pop", self.into_node(), Some(<<F::Base as Numeric>::Average as SqlType>::TYPE))
        }

        /// How it goes along with another number, from -1 to 1, NULL where either never changes: `corr`.
        pub fn corr<G: Field<Base: Numeric>>(self, other: impl Into<Expr<T, G>>) -> Aggregate<T, Option<f64>>
        where
            F::Base: Numeric,
        {
            pair("corr", self.into_node(), other.into().into_node())
        }

        /// The covariance of a sample with another number: `covar_samp`.
        pub fn covar_samp<G: Field<Base: Numeric>>(self, other: impl Into<Expr<T, G>>) -> Aggregate<T, Option<f64>>
        where
            F::Base: Numeric,
        {
            pair("covar_samp", self.into_node(), other.into().into_node())
        }

        /// The slope of the straight line that fits it best as depending on another number: `regr_slope`.
        pub fn regr_slope<G: Field<Base: Numeric>>(self, other: impl Into<Expr<T, G>>) -> Aggregate<T, Option<f64>>
        where
            F::Base: Numeric,
        {
            pair("regr_slope", self.into_node(), other.into().into_node())
        }

        /// Where that line begins: `regr_intercept`.
        pub fn regr_intercept<G: Field<Base: Numeric>>(
            self,
            other: impl Into<Expr<T, G>>,
        ) -> Aggregate<T, Option<f64>>
        where
            F::Base: Numeric,
        {
            pair("regr_intercept", self.into_node(), other.into().into_node())
        }

        /// How well that line fits, from 0 to 1: `regr_r2`.
        pub fn regr_r2<G: Field<Base: Numeric>>(self, other: impl Into<Expr<T, G>>) -> Aggregate<T, Option<f64>>
        where
            F::Base: Numeric,
        {
            pair("regr_r2", self.into_node(), other.into().into_node())
        }
    }

    [T, F: Field] F {
        /// The bits that are set in all values, NULL if there are none.
        pub fn bit_and(self) -> Aggregate<T, Option<F::Base>>
        where
            F::Base: WholeNumber,
        {
            of("bit_and", self.into_node(), Some(F::TYPE))
        }

        /// The bits that are set in any value, NULL if there are none.
        pub fn bit_or(self) -> Aggregate<T, Option<F::Base>>
        where
            F::Base: WholeNumber,
        {
            of("bit_or", self.into_node(), Some(F::TYPE))
        }
    }

    [T, F: Field] F {
        /// The sum, NULL if there is nothing to add: an `i64` of whole numbers, an `f64` of floats, a decimal of decimals.
        pub fn sum(self) -> Aggregate<T, Option<<F::Base as Numeric>::Sum>>
        where
            F::Base: Numeric,
        {
            of("sum", self.into_node(), Some(<F::Base as Numeric>::SUM))
        }

        /// The average, NULL if there are no values: an `f64`, or a decimal of decimals.
        pub fn avg(self) -> Aggregate<T, Option<<F::Base as Numeric>::Average>>
        where
            F::Base: Numeric,
        {
            of("avg", self.into_node(), Some(<<F::Base as Numeric>::Average as SqlType>::TYPE))
        }
    }

    [T, F: Field<Base = bool>] F {
        /// Whether it is true in all rows, NULL if there are no values.
        pub fn bool_and(self) -> Aggregate<T, Option<bool>> {
            of("bool_and", self.into_node(), None)
        }

        /// Whether it is true in any row, NULL if there are no values.
        pub fn bool_or(self) -> Aggregate<T, Option<bool>> {
            of("bool_or", self.into_node(), None)
        }
    }

    [T, F: Field<Base = String>] F {
        /// All texts with a separator between, NULL if there are none.
        pub fn string_agg(self, separator: impl IntoField<String>) -> Aggregate<T, Option<String>, Collecting> {
            let separator = Node::Value(crate::types::Value::encode(&separator.into_field()));
            Aggregate::list("string_agg", [self.into_node(), separator], None)
        }
    }
}
