//! Updates and deletes by the rows of other tables.

use std::marker::PhantomData;

use super::delete;
use super::expr::{Column, Expr, IntoAssignment, IntoOperand, Numeric};
use super::guard::{Deleted, SoftDelete};
use super::hint::Hint;
use super::node::{Node, Operator};
use super::read::{Body, Contains, InnerJoins, Joined, Returning, Selection};
use super::select::meant;
use super::table::Table;
use super::unwritten::Unwritten;
use super::update::{self, Assignments};
use super::writer::Writer;
use crate::conn::ServerKind;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, InTransaction, Label, Reaches, Statement, Write};
use crate::types::Field;

/// A write of the first of the tables that are joined, from [`Joined::update`] or [`Joined::delete`].
///
/// Each row is written once, and comes back once, however many rows are joined to it.
///
/// ```no_run
/// use crdb_orm::prelude::*;
/// use crdb_orm::query::whole;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "customers")]
/// # struct Customer { #[crdb(primary_key)] id: Uuid, name: String, discount: i64, closed: bool }
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders")]
/// # struct Order { #[crdb(primary_key)] id: Uuid, user_id: Uuid, discount: i64 }
///
/// # async fn example(db: Database) -> crdb_orm::Result<()> {
/// let joined = || Order::query().join(Order::USER_ID.joins(Customer::ID));
/// let changed: Vec<(Order, String)> = joined()
///     .update()
///     .set_from(Order::DISCOUNT, Customer::DISCOUNT)
///     .returning((whole::<Order>(), Customer::NAME))
///     .all(&db)
///     .await?;
/// let gone: Vec<Order> = joined().filter(Customer::CLOSED).delete().all(&db).await?;
/// # let _ = (changed, gone);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a write does nothing until one of its terminals is awaited"]
pub struct JoinedWrite<S, C> {
    body: Body,
    change: C,
    tables: PhantomData<fn() -> S>,
}

/// An update of the first of the tables that are joined, from [`Joined::update`]: `UPDATE .. FROM ..`.
pub type UpdateJoined<S> = JoinedWrite<S, Assigning>;

/// A delete from the first of the tables that are joined, from [`Joined::delete`]: `DELETE .. USING ..`.
pub type DeleteJoined<S> = JoinedWrite<S, Deleting>;

/// What becomes of the rows: columns are set.
#[derive(Debug, Default)]
pub struct Assigning(Assignments);

/// What becomes of the rows: they are deleted.
#[derive(Debug, Default)]
pub struct Deleting {
    hard: bool,
}

/// What becomes of the rows of a [`JoinedWrite`].
pub trait JoinedChange: sealed::Sealed + Send + Sized + 'static {
    #[doc(hidden)]
    fn __label<T: Table>() -> Label;

    #[doc(hidden)]
    fn __begin<T: Table>(self, begun: &mut Begun) -> Result<()>;
}

/// The beginning of a write, and the rows that it is about.
#[doc(hidden)]
#[derive(Debug)]
pub struct Begun {
    writer: Writer,
    body: Body,
    keyword: &'static str,
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Assigning {}
    impl Sealed for super::Deleting {}
}

impl JoinedChange for Assigning {
    fn __label<T: Table>() -> Label {
        update::label::<T>()
    }

    fn __begin<T: Table>(self, begun: &mut Begun) -> Result<()> {
        begun.keyword = " FROM ";
        self.0.write::<T>(&mut begun.writer, begun.body.hint)
    }
}

impl JoinedChange for Deleting {
    fn __label<T: Table>() -> Label {
        delete::label::<T>()
    }

    fn __begin<T: Table>(self, Begun { writer, body, keyword }: &mut Begun) -> Result<()> {
        let Some(column) = T::__GUARD.deleted.filter(|_| !self.hard) else {
            *keyword = " USING ";
            Hint::write(body.hint, writer.push("DELETE FROM ").name(&T::NAME));
            return Ok(());
        };
        // What is deleted already keeps its time.
        if body.from.relation().deleted == Deleted::Only {
            return Err(delete::deleted_already(delete::label::<T>()));
        }
        body.from.hide_deleted();
        let mut assignments = Assignments::default();
        assignments.assign(column, Node::Constant("now()"));
        *keyword = " FROM ";
        assignments.write::<T>(writer, body.hint)
    }
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
        JoinedWrite { body: self.body, change: Assigning::default(), tables: PhantomData }
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
        JoinedWrite { body: self.body, change: Deleting::default(), tables: PhantomData }
    }
}

/// ` FROM customers, regions WHERE ..`: the conditions of inner joins are conditions of the whole.
fn write_joined(writer: &mut Writer, body: Body, keyword: &'static str, label: Label) -> Result<()> {
    let refuse = |why: &str| Err(Error::invalid_statement(label, why));
    let known: Vec<_> = body.relations().map(|own| own.alias.unwrap_or(own.name)).collect();
    if known.iter().any(|one| known.iter().any(|other| one.is_namesake(other))) {
        return refuse(
            "two of its tables have one name, in two schemas: give the one that is joined another name by `alias!`",
        );
    }
    if !body.order.is_empty() || body.limit.is_some() {
        return refuse("`order_by` and `limit` have no meaning here; narrow the rows by `filter` instead");
    }
    meant(body.filter.as_ref(), label)?;
    // What narrows the first table; each of the others is narrowed as it is written.
    let mut conditions: Vec<Node> = body.from.relation().condition().into_iter().collect();
    let mut first = true;
    for join in body.joins {
        let Some(relation) = join.source.named() else {
            return refuse("rows are changed by those of tables: a lateral join has no place here");
        };
        conditions.extend(join.on);
        let (between, on) = join.via.unzip();
        let between = between.map(|between| (between, None));
        for (relation, hint) in between.into_iter().chain([(relation, join.hint)]) {
            if relation.table.is_none() {
                writer.reads_part(relation.name);
            }
            Hint::write(hint, writer.push(if first { keyword } else { ", " }).name(&relation.name));
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

fn write<T: Table, C: JoinedChange>(body: Body, change: C, kind: Option<ServerKind>) -> Result<Statement> {
    let label = C::__label::<T>();
    let (mut writer, mut body) = (Writer::new(""), body);
    body.write_parts(writer.of_kind(kind));
    writer.qualify(true);
    let mut begun = Begun { writer, body, keyword: "" };
    change.__begin::<T>(&mut begun)?;
    let Begun { mut writer, body, keyword } = begun;
    write_joined(&mut writer, body, keyword, label)?;
    Ok(writer.finish(Class::Write, label))
}

impl<S: InnerJoins> UpdateJoined<S> {
    /// Sets a column to a value, or to an expression over the row.
    pub fn set<F: Field>(
        mut self,
        column: Column<S::First, F>,
        value: impl IntoAssignment<S::First, F>,
    ) -> Self {
        self.change.0.set(column, value);
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
        self.change.0.assign(column.name(), column.assigned(value.into().into_node()));
        self
    }

    /// Adds to a column in the database, so that no other writer's change is lost.
    pub fn add<F: Field<Base: Numeric>>(
        mut self,
        column: Column<S::First, F>,
        value: impl IntoOperand<S::First, F::Base>,
    ) -> Self {
        self.change.0.change(column, Operator::ADD, value);
        self
    }
}

impl<S: InnerJoins<First: SoftDelete>> DeleteJoined<S> {
    /// Deletes the rows for good: a DELETE.
    pub fn hard(mut self) -> Self {
        self.change.hard = true;
        self
    }
}

impl<S: InnerJoins, C: JoinedChange> JoinedWrite<S, C> {
    /// The statement, to be written when the kind of its server is known.
    fn unwritten(self) -> Unwritten {
        let Self { body, change, .. } = self;
        Unwritten::later(body.has_hints(), |kind| write::<S::First, C>(body, change, kind))
    }

    pub(super) fn statement(self, kind: Option<ServerKind>) -> Result<Statement> {
        write::<S::First, C>(self.body, self.change, kind)
    }

    /// Runs it and returns how many rows were written.
    ///
    /// # Errors
    /// When it sets no column, or a join is lateral (`is_invalid_statement`); a statement's errors.
    pub fn exec<X: Write + Reaches<<S::First as Table>::Scope> + ?Sized>(
        self,
        executor: &X,
    ) -> BoxFuture<'_, Result<u64>> {
        let handle = executor.handle();
        let statement = self.statement(handle.server_kind());
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            handle.execute(&statement).await
        })
    }

    /// Runs it and returns the rows of the first table that were written: as they are now, or, of a delete, as they were. Where
    /// rows stay ([`SoftDelete`]), a delete returns them as they are now, with the time of the deletion.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn all<'a, X: Write + Reaches<<S::First as Table>::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<S::First>>>
    where
        S::First: 'a,
    {
        let label = C::__label::<S::First>();
        Returning::<S::First, S::First>::rows_of_joined(self.unwritten(), label).all(executor)
    }

    /// Says what is returned of each row that is written, and of the row that is joined to it: a column or an expression
    /// of any of the tables, [`whole`](super::whole) rows, or a tuple of these.
    pub fn returning<P: Selection<S, I>, I>(self, what: P) -> Returning<S::First, P::Output> {
        Returning::of_joined(self.unwritten(), C::__label::<S::First>(), what)
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    pub fn defer<X: InTransaction + Reaches<<S::First as Table>::Scope> + ?Sized>(self, tx: &X) {
        let handle = tx.handle();
        handle.defer(self.statement(handle.server_kind()));
    }

    /// The statement's text.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn to_sql(self) -> Result<String> {
        self.statement(None).map(|statement| statement.sql.into_owned())
    }
}
