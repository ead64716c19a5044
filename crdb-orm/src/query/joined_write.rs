//! Updates and deletes by the rows of other tables.

use std::marker::PhantomData;

use super::delete;
use super::expr::{Column, Expr, IntoAssignment, IntoOperand, Numeric};
use super::guard::{Deleted, SoftDelete};
use super::node::{Node, Operator};
use super::read::{Body, Contains, InnerJoins, Joined};
use super::table::Table;
use super::update::{self, Assignments};
use super::writer::Writer;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, InTransaction, Label, Reaches, Statement, Write};
use crate::types::Field;

/// An update of the first of the tables that are joined, from [`Joined::update`]: `UPDATE .. FROM ..`.
#[derive(Debug)]
#[must_use = "an update does nothing until one of its terminals is awaited"]
pub struct UpdateJoined<S> {
    body: Body,
    assignments: Assignments,
    tables: PhantomData<fn() -> S>,
}

/// A delete from the first of the tables that are joined, from [`Joined::delete`]: `DELETE .. USING ..`.
#[derive(Debug)]
#[must_use = "a delete does nothing until one of its terminals is awaited"]
pub struct DeleteJoined<S> {
    body: Body,
    hard: bool,
    tables: PhantomData<fn() -> S>,
}

impl<S> Joined<S> {
    /// Updates the rows of the first table, each by the rows that are joined to it. Where several are, one of them counts,
    /// and nobody knows which.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "customers")]
    /// # struct Customer { #[crdb(primary_key)] id: Uuid, discount: i64 }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, discount: i64 }
    ///
    /// let update = Order::query()
    ///     .join(Order::USER_ID.joins(Customer::ID))
    ///     .filter(Customer::DISCOUNT.gt(0))
    ///     .update()
    ///     .set_from(Order::DISCOUNT, Customer::DISCOUNT);
    /// assert_eq!(
    ///     update.to_sql()?,
    ///     "UPDATE orders SET discount = customers.discount FROM customers \
    ///      WHERE orders.user_id = customers.id AND customers.discount > $1"
    /// );
    /// # Ok::<(), crdb_orm::Error>(())
    /// ```
    pub fn update(self) -> UpdateJoined<S>
    where
        S: InnerJoins,
    {
        UpdateJoined { body: self.body, assignments: Assignments::default(), tables: PhantomData }
    }

    /// Deletes the rows of the first table that have rows joined to them. CockroachDB has it since 23.1.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "customers")]
    /// # struct Customer { #[crdb(primary_key)] id: Uuid, closed: bool }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid }
    ///
    /// let delete = Order::query().join(Order::USER_ID.joins(Customer::ID)).filter(Customer::CLOSED).delete();
    /// assert_eq!(
    ///     delete.to_sql()?,
    ///     "DELETE FROM orders USING customers WHERE orders.user_id = customers.id AND customers.closed"
    /// );
    /// # Ok::<(), crdb_orm::Error>(())
    /// ```
    pub fn delete(self) -> DeleteJoined<S>
    where
        S: InnerJoins,
    {
        DeleteJoined { body: self.body, hard: false, tables: PhantomData }
    }
}

/// ` FROM customers, regions WHERE ..`: the conditions of inner joins are conditions of the whole.
fn write_joined(writer: &mut Writer, body: Body, keyword: &'static str, label: Label) -> Result<()> {
    let refuse = |why: &str| Err(Error::invalid_statement(label, why));
    if !body.order.is_empty() || body.limit.is_some() {
        return refuse("`order_by` and `limit` have no meaning here; narrow the rows by `filter` instead");
    }
    // What narrows the first table; each of the others is narrowed as it is written.
    let mut conditions: Vec<Node> = body.from.relation().condition().into_iter().collect();
    let mut first = true;
    for join in body.joins {
        let Some(relation) = join.source.named() else {
            return refuse("rows are changed by those of tables: a lateral join has no place here");
        };
        conditions.extend(join.on);
        let (between, on) = join.via.unzip();
        for relation in between.into_iter().chain([relation]) {
            writer.push(if first { keyword } else { ", " }).name(&relation.name);
            if let Some(alias) = &relation.alias {
                writer.push(" AS ").name(alias);
            }
            conditions.extend(relation.condition());
            first = false;
        }
        conditions.extend(on);
    }
    conditions.extend(body.filter);
    writer.condition(conditions.into_iter().reduce(|all, next| Node::and(Some(all), next)));
    Ok(())
}

impl<S: InnerJoins> UpdateJoined<S> {
    /// Sets a column to a value, or to an expression over the row.
    pub fn set<F: Field>(
        mut self,
        column: Column<S::First, F>,
        value: impl IntoAssignment<S::First, F>,
    ) -> Self {
        self.assignments.set(column, value);
        self
    }

    /// Sets a column to a column or an expression of any of the tables.
    pub fn set_from<F: Field, G: Field<Base = F::Base>, X, I>(
        mut self,
        column: Column<S::First, F>,
        value: impl Into<Expr<X, G>>,
    ) -> Self
    where
        S: Contains<X, I>,
    {
        self.assignments.assign(column.name(), value.into().into_node());
        self
    }

    /// Adds to a column in the database, so that no other writer's change is lost.
    pub fn add<F: Field<Base: Numeric>>(
        mut self,
        column: Column<S::First, F>,
        value: impl IntoOperand<S::First, F::Base>,
    ) -> Self {
        self.assignments.change(column, Operator::ADD, value);
        self
    }

    pub(super) fn statement(self) -> Result<Statement> {
        let label = update::label::<S::First>();
        let mut writer = Writer::new("");
        writer.qualify(true);
        self.assignments.write::<S::First>(&mut writer)?;
        write_joined(&mut writer, self.body, " FROM ", label)?;
        Ok(writer.finish(Class::Write, label))
    }

    /// Runs it and returns how many rows were changed.
    ///
    /// # Errors
    /// When it sets no column, or a join is lateral (`is_invalid_statement`); a statement's errors.
    pub fn exec<X: Write + Reaches<<S::First as Table>::Scope> + ?Sized>(
        self,
        executor: &X,
    ) -> BoxFuture<'_, Result<u64>> {
        let statement = self.statement();
        let handle = executor.handle();
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            handle.execute(&statement).await
        })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    pub fn defer<X: InTransaction + Reaches<<S::First as Table>::Scope> + ?Sized>(self, tx: &X) {
        tx.handle().defer(self.statement());
    }

    /// The statement's text.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn to_sql(self) -> Result<String> {
        self.statement().map(|statement| statement.sql.into_owned())
    }
}

impl<S: InnerJoins<First: SoftDelete>> DeleteJoined<S> {
    /// Deletes the rows for good: a DELETE.
    pub fn hard(mut self) -> Self {
        self.hard = true;
        self
    }
}

impl<S: InnerJoins> DeleteJoined<S> {
    pub(super) fn statement(self) -> Result<Statement> {
        let label = delete::label::<S::First>();
        let mut writer = Writer::new("");
        writer.qualify(true);
        match S::First::__GUARD.deleted {
            Some(column) if !self.hard => {
                // What is deleted already keeps its time.
                let mut body = self.body;
                if body.from.relation().deleted == Deleted::Only {
                    return Err(delete::deleted_already(label));
                }
                body.from.hide_deleted();
                let mut assignments = Assignments::default();
                assignments.assign(column, Node::Constant("now()"));
                assignments.write::<S::First>(&mut writer)?;
                write_joined(&mut writer, body, " FROM ", label)?;
            }
            _ => {
                writer.push("DELETE FROM ").name(&<S::First as Table>::NAME);
                write_joined(&mut writer, self.body, " USING ", label)?;
            }
        }
        Ok(writer.finish(Class::Write, label))
    }

    /// Runs it and returns how many rows are gone.
    ///
    /// # Errors
    /// When a join is lateral (`is_invalid_statement`); a statement's errors.
    pub fn exec<X: Write + Reaches<<S::First as Table>::Scope> + ?Sized>(
        self,
        executor: &X,
    ) -> BoxFuture<'_, Result<u64>> {
        let statement = self.statement();
        let handle = executor.handle();
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            handle.execute(&statement).await
        })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    pub fn defer<X: InTransaction + Reaches<<S::First as Table>::Scope> + ?Sized>(self, tx: &X) {
        tx.handle().defer(self.statement());
    }

    /// The statement's text.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn to_sql(self) -> Result<String> {
        self.statement().map(|statement| statement.sql.into_owned())
    }
}
