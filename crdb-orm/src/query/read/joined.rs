//! Tables that are joined.

use std::marker::PhantomData;

use super::body::{Body, JOIN, Join, LEFT_JOIN};
use super::effect::Reads;
use super::lateral::Lateral;
use super::list::{List, Selection};
use super::rows::Rows;
use super::scope::{Contains, Extend, Loosen, Maybe, Relation, RelationSource, TableRows};
use super::source::Source;
use super::subquery::there_is;
use crate::query::hint::Hint;
use crate::query::node::{Node, Operator};
use crate::query::table::Table;
use crate::query::{Column, Expr, Filter, Select};
use crate::types::Field;

/// Rows of several tables that belong together, from [`Select::join`](crate::query::Select::join).
///
/// `S` is the tuple of the tables; one that may have no row is a [`Maybe`].
#[must_use = "a query does nothing until what it reads is said by `.select(..)`"]
pub struct Joined<S, W = Reads> {
    pub(in crate::query) body: Body,
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
    pub(in crate::query) condition: Node,
    /// A table between, and the condition under which its rows belong to those of `U`.
    pub(in crate::query) via: Option<(RelationSource, Node)>,
    pub(in crate::query) types: PhantomData<fn() -> (U, X)>,
}

/// Table `U` under a condition of one's own: `on::<Customer, _>(..)`.
pub fn on<U: Relation, X>(condition: impl Into<Filter<X>>) -> On<U, X> {
    On::new(condition.into().into_node())
}

impl<U, X> On<U, X> {
    pub(in crate::query) const fn new(condition: Node) -> Self {
        Self { condition, via: None, types: PhantomData }
    }

    /// The whole as one condition, for a query inside of the one that reads `U`: a row of the table between is looked for.
    pub(super) fn into_condition(self) -> Node {
        let Some((between, onward)) = self.via else { return self.condition };
        let mut body = Body::new(between);
        body.and(self.condition);
        body.and(onward);
        there_is(body)
    }

    /// Another condition that must hold.
    pub fn and<Y>(self, condition: impl Into<Filter<Y>>) -> On<U, (X, Y)> {
        let condition = Node::binary(Operator::AND, self.condition, condition.into().into_node());
        On { condition, via: self.via, types: PhantomData }
    }
}

/// What a table is joined by: a relation such as `Order::CUSTOMER`, equal columns such as
/// `Order::USER_ID.joins(Customer::ID)`, or a condition of one's own by [`on`].
#[diagnostic::on_unimplemented(
    message = "no table is joined by `{Self}`",
    note = "give it a relation (`Order::CUSTOMER`), `Order::USER_ID.joins(Customer::ID)`, or `on::<Customer, _>(condition)`"
)]
pub trait JoinOn {
    /// The table that is joined.
    type Table: Relation;
    /// The tables of the condition.
    type Over;

    #[doc(hidden)]
    fn __on(self) -> On<Self::Table, Self::Over>;
}

impl<U: Relation, X> JoinOn for On<U, X> {
    type Table = U;
    type Over = X;

    fn __on(self) -> Self {
        self
    }
}

impl<T, F: Field> Column<T, F> {
    /// Joins another table by a column that is equal to this one: `Order::USER_ID.joins(Customer::ID)` adds customers.
    pub fn joins<U, G: Field<Base = F::Base>>(self, other: Column<U, G>) -> On<U, (T, U)> {
        On::new(self.equals(other).into_node())
    }

    /// Equal to a column of another table.
    pub fn equals<U, G: Field<Base = F::Base>>(self, other: Column<U, G>) -> Filter<(T, U)> {
        Expr::new(Node::binary(Operator::EQ, self.into_node(), other.into_node()))
    }
}

/// The tables of a scope with one more.
type With<S, U> = <S as Extend<U>>::With;
/// The tables of a scope, each of which may have no row.
type Loose<S> = <S as Loosen>::Loose;

impl<S, W> Joined<S, W> {
    pub(in crate::query) const fn new(body: Body) -> Self {
        Self { body, tables: PhantomData }
    }

    fn add<U: Relation, X, All>(mut self, kind: &'static str, on: On<U, X>) -> Joined<All, W> {
        let On { condition, via, .. } = on;
        self.body.joins.push(Join { via, ..Join::new(kind, U::SOURCE, Some(condition)) });
        Joined::new(self.body)
    }

    fn add_lateral<C: Relation, X, All>(mut self, kind: &'static str, rows: Lateral<C, X>) -> Joined<All, W> {
        let source = Source::Derived(Box::new(rows.into_derived()));
        let on = Some(Node::Constant("TRUE"));
        self.body.joins.push(Join { kind, source, hint: None, via: None, on });
        Joined::new(self.body)
    }

    /// Adds the rows of another table that belong to these; rows without any are left out.
    pub fn join<J: JoinOn, I>(self, on: J) -> Joined<With<S, J::Table>, W>
    where
        S: Extend<J::Table>,
        S::With: Contains<J::Over, I>,
    {
        self.add(JOIN, on.__on())
    }

    /// Adds the rows of another table that belong to these, or NULLs for rows that have none.
    pub fn left_join<J: JoinOn, I>(self, on: J) -> Joined<With<S, Maybe<J::Table>>, W>
    where
        S: Extend<Maybe<J::Table>>,
        With<S, Maybe<J::Table>>: Contains<J::Over, I>,
    {
        self.add(LEFT_JOIN, on.__on())
    }

    /// Adds all the rows of another table, with NULLs for what none of these rows belongs to: what is read of the tables
    /// before is an `Option`.
    pub fn right_join<J: JoinOn, I>(self, on: J) -> Joined<With<Loose<S>, J::Table>, W>
    where
        S: Loosen,
        Loose<S>: Extend<J::Table>,
        With<Loose<S>, J::Table>: Contains<J::Over, I>,
    {
        self.add(" RIGHT JOIN ", on.__on())
    }

    /// Puts the rows of another table beside these, and keeps those of both sides that have none: all that is read is an
    /// `Option`.
    ///
    /// Servers join so by equal columns alone; PostgreSQL refuses other conditions (SQLSTATE 0A000).
    pub fn full_join<J: JoinOn, I>(self, on: J) -> Joined<With<Loose<S>, Maybe<J::Table>>, W>
    where
        S: Loosen,
        Loose<S>: Extend<Maybe<J::Table>>,
        With<Loose<S>, Maybe<J::Table>>: Contains<J::Over, I>,
    {
        self.add(" FULL JOIN ", on.__on())
    }

    /// Puts each row of another table beside each of these: as many rows as one count times the other.
    pub fn cross_join<U: Relation>(mut self) -> Joined<With<S, U>, W>
    where
        S: Extend<U>,
    {
        self.body.joins.push(Join::new(" CROSS JOIN ", U::SOURCE, None));
        Joined::new(self.body)
    }

    /// Adds the rows that a query, or a function, makes of each of these; rows for which it makes none are left out. See
    /// [`Rows::lateral`].
    pub fn join_lateral<C: Relation, X, I>(self, rows: Lateral<C, X>) -> Joined<With<S, C>, W>
    where
        S: Extend<C> + Contains<X, I>,
    {
        self.add_lateral(JOIN, rows)
    }

    /// Adds the rows that a query, or a function, makes of each of these, or NULLs where it makes none.
    pub fn left_join_lateral<C: Relation, X, I>(self, rows: Lateral<C, X>) -> Joined<With<S, Maybe<C>>, W>
    where
        S: Extend<Maybe<C>> + Contains<X, I>,
    {
        self.add_lateral(LEFT_JOIN, rows)
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

    /// Reads the first table by this index, whatever the server would choose: see [`Select::use_index`].
    pub fn use_index(mut self, index: &'static str) -> Self {
        self.body.hint = Some(Hint::Index(index));
        self
    }

    /// Fails rather than read the whole first table: see [`Select::no_full_scan`].
    pub fn no_full_scan(mut self) -> Self {
        self.body.hint = Some(Hint::NoFullScan);
        self
    }

    /// Reads one of the tables by this index, whatever the server would choose. CockroachDB alone has it; PostgreSQL reads as
    /// it likes.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "customers")]
    /// # struct Customer { #[crdb(primary_key)] id: Uuid, name: String }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders", index(orders_user, on(user_id)))]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64 }
    ///
    /// let totals = Customer::query()
    ///     .join(Customer::ID.joins(Order::USER_ID))
    ///     .use_index_of::<Order, _>("orders_user")
    ///     .select((Customer::NAME, Order::TOTAL));
    /// assert_eq!(
    ///     totals.to_sql(),
    ///     "SELECT customers.name, orders.total FROM customers \
    ///      JOIN orders@orders_user ON customers.id = orders.user_id"
    /// );
    /// ```
    pub fn use_index_of<U: TableRows, I>(mut self, index: &'static str) -> Self
    where
        S: Contains<U, I>,
    {
        self.body.hint_of(U::name(), Hint::Index(index));
        self
    }

    /// Fails rather than read one of the tables as a whole: `orders@{NO_FULL_SCAN}`. CockroachDB alone has it.
    pub fn no_full_scan_of<U: TableRows, I>(mut self) -> Self
    where
        S: Contains<U, I>,
    {
        self.body.hint_of(U::name(), Hint::NoFullScan);
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

impl<T: Table> Select<T> {
    /// Adds all the rows of another table, with NULLs for what none of these rows belongs to: what is read of this table
    /// is an `Option`.
    pub fn right_join<J: JoinOn, I>(self, on: J) -> Joined<(Maybe<T>, J::Table)>
    where
        (Maybe<T>, J::Table): Contains<J::Over, I>,
    {
        Joined::<T>::new(self.into_body()).right_join(on)
    }

    /// Puts the rows of another table beside these, and keeps those of both sides that have none: see
    /// [`Joined::full_join`].
    ///
    /// A condition on this table alone drops the rows that have none of it: it holds after the join.
    pub fn full_join<J: JoinOn, I>(self, on: J) -> Joined<(Maybe<T>, Maybe<J::Table>)>
    where
        (Maybe<T>, Maybe<J::Table>): Contains<J::Over, I>,
    {
        Joined::<T>::new(self.into_body()).full_join(on)
    }

    /// Puts each row of another table beside each of these.
    pub fn cross_join<U: Relation>(self) -> Joined<(T, U)> {
        Joined::<T>::new(self.into_body()).cross_join()
    }

    /// Adds the rows that a query, or a function, makes of each of these: see [`Rows::lateral`].
    pub fn join_lateral<C: Relation, X, I>(self, rows: Lateral<C, X>) -> Joined<(T, C)>
    where
        T: Contains<X, I>,
    {
        Joined::<T>::new(self.into_body()).join_lateral(rows)
    }

    /// Adds the rows that a query, or a function, makes of each of these, or NULLs where it makes none: see
    /// [`Rows::lateral`].
    pub fn left_join_lateral<C: Relation, X, I>(self, rows: Lateral<C, X>) -> Joined<(T, Maybe<C>)>
    where
        T: Contains<X, I>,
    {
        Joined::<T>::new(self.into_body()).left_join_lateral(rows)
    }
}
