//! Aggregates, each cast to a type that is the same on both servers.

use std::marker::PhantomData;

use super::list::{List, Selection, next};
use super::scope::Contains;
use super::window::Window;
use crate::error::Result;
use crate::query::node::{Node, Part, Precedence, call, cast, narrow, parts, text, whole};
use crate::query::row::RowReader;
use crate::query::{Expr, Filter, IntoOperand, Numeric, OrderBy};
use crate::schema::ColumnType;
use crate::types::{Field, IntoField, SqlType};

/// An aggregate over the rows of a group, whose value is an `F`.
pub struct Aggregate<T, F> {
    call: Node,
    filter: Option<Node>,
    over: Option<Vec<Part>>,
    /// The type that it is cast to, where the servers do not agree.
    ty: Option<ColumnType>,
    types: PhantomData<fn() -> (T, F)>,
}

impl<T, F> Clone for Aggregate<T, F> {
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

impl<T, F> std::fmt::Debug for Aggregate<T, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Aggregate").field(&self.call).finish()
    }
}

/// The number of rows: `count(*)`. The table is named: `count_rows::<Order>()`.
pub fn count_rows<T>() -> Aggregate<T, i64> {
    Aggregate::new(Node::Constant("count(*)"), None)
}

impl<T, F> Aggregate<T, F> {
    const fn new(call: Node, ty: Option<ColumnType>) -> Self {
        Self { call, filter: None, over: None, ty, types: PhantomData }
    }

    fn node(self) -> Node {
        let mut list = vec![whole(self.call)];
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

impl<T, F: Field> Aggregate<T, F> {
    /// Counts only rows for which a condition holds.
    #[must_use]
    pub fn filter(mut self, condition: impl Into<Filter<T>>) -> Self {
        self.filter = Some(Node::and(self.filter, condition.into().into_node()));
        self
    }

    /// For each row over the rows of its window, instead of one row for each group.
    pub fn over(mut self, window: Window<T>) -> Expr<T, F> {
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

impl<T, F> From<Aggregate<T, F>> for Expr<T, F> {
    fn from(aggregate: Aggregate<T, F>) -> Self {
        Self::new(aggregate.node())
    }
}

impl<S, I, T, F> Selection<S, I> for Aggregate<T, F>
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
        pub fn array_agg(self) -> Aggregate<T, Option<Vec<F>>> {
            of("array_agg", self.into_node(), narrow(ColumnType::Array(&F::TYPE)))
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
        pub fn string_agg(self, separator: impl IntoField<String>) -> Aggregate<T, Option<String>> {
            let separator = Node::Value(crate::types::Value::encode(&separator.into_field()));
            Aggregate::new(call("string_agg", [self.into_node(), separator]), None)
        }
    }
}
