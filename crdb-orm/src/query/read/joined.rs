//! Tables that are joined.

use std::marker::PhantomData;

use super::body::{Body, JOIN, LEFT_JOIN};
use super::effect::Reads;
use super::list::{List, Selection};
use super::rows::Rows;
use super::scope::{Contains, Extend, Maybe, Relation};
use crate::query::node::{Node, Operator};
use crate::query::{Column, Expr, Filter};
use crate::types::Field;

/// Rows of several tables that belong together, from [`Select::join`](crate::query::Select::join).
///
/// `S` is the tuple of the tables; one that may have no row is a [`Maybe`].
#[must_use = "a query does nothing until what it reads is said by `.select(..)`"]
pub struct Joined<S, W = Reads> {
    pub(super) body: Body,
    pub(super) tables: PhantomData<fn() -> (S, W)>,
}

impl<S, W> Clone for Joined<S, W> {
    fn clone(&self) -> Self {
        Self::new(self.body.clone())
    }
}

impl<S, W> std::fmt::Debug for Joined<S, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Joined").field(&self.body).finish()
    }
}

/// A table and the condition under which its rows belong to those of the others: `X` is the tables of the condition.
#[derive(Debug, Clone)]
#[must_use = "it is to be given to `.join(..)`, `.left_join(..)` or `.exists_with(..)`"]
pub struct On<U, X> {
    pub(super) condition: Node,
    pub(super) types: PhantomData<fn() -> (U, X)>,
}

/// Table `U` under a condition of one's own: `on::<Customer, _>(..)`.
pub fn on<U: Relation, X>(condition: impl Into<Filter<X>>) -> On<U, X> {
    On { condition: condition.into().into_node(), types: PhantomData }
}

impl<U, X> On<U, X> {
    /// Another condition that must hold.
    pub fn and<Y>(self, condition: impl Into<Filter<Y>>) -> On<U, (X, Y)> {
        let condition = Node::binary(Operator::AND, self.condition, condition.into().into_node());
        On { condition, types: PhantomData }
    }
}

impl<T, F: Field> Column<T, F> {
    /// Joins another table by a column that is equal to this one: `Order::USER_ID.joins(Customer::ID)` adds customers.
    pub fn joins<U, G: Field<Base = F::Base>>(self, other: Column<U, G>) -> On<U, (T, U)> {
        On { condition: self.equals(other).into_node(), types: PhantomData }
    }

    /// Equal to a column of another table.
    pub fn equals<U, G: Field<Base = F::Base>>(self, other: Column<U, G>) -> Filter<(T, U)> {
        Expr::new(Node::binary(Operator::EQ, self.into_node(), other.into_node()))
    }
}

impl<S, W> Joined<S, W> {
    pub(crate) const fn new(body: Body) -> Self {
        Self { body, tables: PhantomData }
    }

    fn add<U: Relation, With>(mut self, kind: &'static str, on: Node) -> Joined<With, W> {
        self.body.joins.push((kind, U::SOURCE, on));
        Joined::new(self.body)
    }

    /// Adds the rows of another table that belong to these; rows without any are left out.
    pub fn join<U: Relation, X, I>(self, on: On<U, X>) -> Joined<S::With, W>
    where
        S: Extend<U>,
        S::With: Contains<X, I>,
    {
        self.add::<U, _>(JOIN, on.condition)
    }

    /// Adds the rows of another table that belong to these, or NULLs for rows that have none.
    pub fn left_join<U: Relation, X, I>(self, on: On<U, X>) -> Joined<<S as Extend<Maybe<U>>>::With, W>
    where
        S: Extend<Maybe<U>>,
        <S as Extend<Maybe<U>>>::With: Contains<X, I>,
    {
        self.add::<U, _>(LEFT_JOIN, on.condition)
    }

    /// Narrows the rows: a condition that holds as well as those before.
    pub fn filter<X, I>(mut self, condition: impl Into<Filter<X>>) -> Self
    where
        S: Contains<X, I>,
    {
        self.body.and(condition.into().into_node());
        self
    }

    /// Reads deleted rows of all its tables, too. Tables of subqueries are asked each for itself.
    pub fn with_deleted(mut self) -> Self {
        self.body.show_deleted();
        self
    }

    /// Says what is read: a column, an expression, [`whole`](super::whole) tables, or a tuple of these.
    pub fn select<P: Selection<S, I>, I>(mut self, what: P) -> Rows<S, P::Output, W> {
        let mut list = List::default();
        what.push(&mut list);
        self.body.list = list.0;
        Rows::new(self.body, |row| P::read(row, &mut 0))
    }
}
