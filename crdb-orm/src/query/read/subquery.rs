//! Queries inside of queries.

use super::joined::{Joined, On};
use super::rows::Rows;
use super::scope::{Contains, Extend};
use crate::query::node::{Node, Precedence, loose, parts, text, whole};
use crate::query::table::Table;
use crate::query::{Expr, Filter, Select};
use crate::schema::ColumnType;
use crate::types::Field;

/// `EXISTS (..)`.
pub(super) fn there_is(mut body: super::Body) -> Node {
    body.list = vec![(Node::Constant("1"), ColumnType::Int8)];
    parts(Precedence::Atom, [text("EXISTS "), whole(Node::Query(Box::new(body)))])
}

fn exists<U>(body: super::Body) -> Filter<U> {
    Expr::new(there_is(body))
}

impl<T: Table> Select<T> {
    /// A condition on another table: it has rows here that belong to it.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "customers")]
    /// # struct Customer { #[crdb(primary_key)] id: Uuid }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, total: i64 }
    ///
    /// let big = Order::filter(Order::TOTAL.gt(100)).exists_with(Order::USER_ID.joins(Customer::ID));
    /// assert_eq!(
    ///     Customer::filter(big).to_sql(),
    ///     "SELECT id FROM customers WHERE EXISTS \
    ///      (SELECT 1 FROM orders WHERE orders.total > $1 AND orders.user_id = customers.id)"
    /// );
    /// ```
    pub fn exists_with<U, X, I>(self, on: On<U, X>) -> Filter<U>
    where
        (T, U): Contains<X, I>,
    {
        let mut body = self.into_body();
        body.and(on.into_condition());
        exists(body)
    }

    /// A condition that does not depend on the other table's row: there is any row here.
    pub fn exists_any<U>(self) -> Filter<U> {
        exists(self.into_body())
    }
}

impl<S> Joined<S> {
    /// A condition on another table: it has rows here that belong to it. See [`Select::exists_with`].
    pub fn exists_with<U, X, I>(mut self, on: On<U, X>) -> Filter<U>
    where
        S: Extend<U>,
        S::With: Contains<X, I>,
    {
        self.body.and(on.into_condition());
        exists(self.body)
    }
}

impl<S, O: Field> Rows<S, O> {
    /// The value that it reads, as an expression over another table; NULL if there is no row. More than one row is an
    /// error of the server.
    pub fn scalar<U>(self) -> Expr<U, Option<O::Base>> {
        Expr::new(Node::Query(Box::new(self.body)))
    }

    /// The same over the rows that belong to the other table's row.
    pub fn scalar_with<U, X, I>(mut self, on: On<U, X>) -> Expr<U, Option<O::Base>>
    where
        S: Extend<U>,
        S::With: Contains<X, I>,
    {
        self.body.and(on.into_condition());
        self.scalar()
    }
}

on_both! {
    [T, F: Field] F {
        /// Equal to one of the values that a query reads: `IN (SELECT ..)`.
        ///
        /// For "none of them" write `!Customer::ID.in_query(..)` only over values that are not NULL: a NULL among them
        /// makes it false for every row. `!orders.exists_with(..)` has no such trap.
        pub fn in_query<S, O: Field<Base = F::Base>>(self, query: Rows<S, O>) -> Filter<T> {
            let query = Node::Query(Box::new(query.body));
            Expr::new(parts(Precedence::Compare, [loose(self.into_node()), text(" IN "), whole(query)]))
        }
    }
}
