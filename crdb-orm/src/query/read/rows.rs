//! A query whose rows are values, tuples or structs.

use std::marker::PhantomData;

use super::body::{Body, Distinct, SetOperation};
use super::combined::Combined;
use super::effect::{Allows, Reads};
use super::list::{List, ReadsFrom, Selection};
use super::lock::{Lock, LockedRows};
use super::orders::{Ordered, Orders};
use super::scope::{Contains, OneSelect, ReachesAll};
use crate::conn::ServerKind;
use crate::error::Result;
use crate::exec::{BoxFuture, Class, Handle, Label, Statement};
use crate::query::Filter;
use crate::query::hint::Hint;
use crate::query::row::{RowReader, at_most_one, one_of};
use crate::query::writer::Writer;

/// A read of `O`s from the tables `S`, from [`Select::select`](crate::query::Select::select) or
/// [`Joined::select`](super::Joined::select).
#[must_use = "a query does nothing until one of its terminals is awaited"]
pub struct Rows<S, O, W = Reads> {
    pub(in crate::query) body: Body,
    pub(in crate::query) read: fn(&RowReader<'_>) -> Result<O>,
    tables: PhantomData<fn() -> (S, W)>,
}

impl<S, O, W> Clone for Rows<S, O, W> {
    fn clone(&self) -> Self {
        Self::new(self.body.clone(), self.read)
    }
}

impl<S, O, W> std::fmt::Debug for Rows<S, O, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Rows").field(&self.body).finish()
    }
}

impl<S, O, W> Rows<S, O, W> {
    pub(super) const fn new(body: Body, read: fn(&RowReader<'_>) -> Result<O>) -> Self {
        Self { body, read, tables: PhantomData }
    }
}

impl<S, O: Send + 'static, W> Rows<S, O, W> {
    /// Reads each row into a struct, whose fields are filled in the order in which they are declared.
    pub fn into_struct<R: ReadsFrom<O>>(mut self) -> Rows<S, R, W> {
        self.body.names = R::NAMES;
        Rows::new(self.body, R::from_row)
    }

    /// Narrows the rows before they are grouped: a condition that holds as well as those before.
    pub fn filter<X, I>(mut self, condition: impl Into<Filter<X>>) -> Self
    where
        S: OneSelect + Contains<X, I>,
    {
        self.body.and(condition.into().into_node());
        self
    }

    /// Reads deleted rows of all its tables, too. Tables of subqueries are asked each for itself.
    pub fn with_deleted(mut self) -> Self {
        self.body.show_deleted();
        self
    }

    /// Makes one row of all those in which these columns or expressions are equal.
    pub fn group_by<P: Selection<S, I>, I>(mut self, by: P) -> Self
    where
        S: OneSelect,
    {
        self.body.group.extend(nodes(by));
        self
    }

    /// Narrows the groups: a condition on aggregates.
    pub fn having<X, I>(mut self, condition: impl Into<Filter<X>>) -> Self
    where
        S: OneSelect + Contains<X, I>,
    {
        let condition = condition.into().into_node();
        self.body.having = Some(crate::query::node::Node::and(self.body.having, condition));
        self
    }

    /// Orders the rows; a further call decides between rows that are equal in those before.
    pub fn order_by<I>(mut self, order: impl Orders<S, I>) -> Self {
        order.__push(&mut Ordered(&mut self.body.order));
        self
    }

    /// Leaves out rows that are equal to another in all that is read.
    pub fn distinct(mut self) -> Self
    where
        S: OneSelect,
    {
        self.body.distinct = Distinct::Rows;
        self
    }

    /// Keeps the first row, in the order given, of those in which these columns or expressions are equal. The order must
    /// begin with them.
    pub fn distinct_on<P: Selection<S, I>, I>(mut self, by: P) -> Self
    where
        S: OneSelect,
    {
        self.body.distinct = Distinct::On(nodes(by));
        self
    }

    /// Reads at most so many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.body.limit = Some(rows);
        self
    }

    /// Leaves out the first rows. The server reads them nevertheless: the further, the slower.
    pub fn offset(mut self, rows: u64) -> Self {
        self.body.offset = Some(rows);
        self
    }

    /// Reads the first table by this index, whatever the server would choose: `orders@orders_user`. CockroachDB alone has
    /// it; PostgreSQL reads as it likes.
    pub fn use_index(mut self, index: &'static str) -> Self
    where
        S: OneSelect,
    {
        self.body.hint = Some(Hint::Index(index));
        self
    }

    /// Fails rather than read the whole first table: `orders@{NO_FULL_SCAN}`. CockroachDB alone has it.
    pub fn no_full_scan(mut self) -> Self
    where
        S: OneSelect,
    {
        self.body.hint = Some(Hint::NoFullScan);
        self
    }

    /// The statement's text on CockroachDB; on PostgreSQL it is without hints.
    pub fn to_sql(&self) -> String {
        self.clone().statement(None).sql.into_owned()
    }

    pub(crate) fn label(&self) -> Label {
        Label { verb: "select", table: Some(self.body.from.relation().name.name) }
    }

    /// The statement, unless the whole of a UNION is ordered by something that it does not read.
    pub(crate) fn checked(self, kind: Option<ServerKind>) -> Result<Statement> {
        self.body.check(self.label())?;
        Ok(self.statement(kind))
    }

    pub(crate) fn statement(self, kind: Option<ServerKind>) -> Statement {
        let label = self.label();
        let class =
            if self.body.has_writes() { Class::Write } else { Class::of_read(self.body.lock.is_some()) };
        // Every column is written with its table.
        let mut writer = Writer::with_capacity(if self.body.joins.is_empty() { 128 } else { 384 });
        writer.of_kind(kind);
        self.body.write(&mut writer, true);
        writer.finish(class, label)
    }

    /// How a row is read.
    pub(crate) fn reader(&self) -> fn(&RowReader<'_>) -> Result<O> {
        self.read
    }

    fn run<A: Send>(
        self,
        handle: Handle<'_>,
        of: impl FnOnce(Vec<O>, Label) -> Result<A> + Send + 'static,
    ) -> BoxFuture<'_, Result<A>> {
        let read = self.read;
        let statement = self.checked(handle.server_kind());
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            let label = statement.label;
            let rows = handle.each(&statement, |row| read(&RowReader::new(row, label))).await?;
            handle.answered(&statement, of(rows, label))
        })
    }

    /// All the rows.
    ///
    /// # Errors
    /// A statement's errors, and those of a row that does not fit what is read.
    pub fn all<X: Allows<W> + ReachesAll<S> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<Vec<O>>> {
        self.run(executor.handle(), |rows, _| Ok(rows))
    }

    /// The first row in the order given, if there is any.
    ///
    /// # Errors
    /// See [`all`](Self::all).
    pub fn first<X: Allows<W> + ReachesAll<S> + ?Sized>(
        mut self,
        executor: &X,
    ) -> BoxFuture<'_, Result<Option<O>>> {
        self.body.limit = Some(self.body.limit.map_or(1, |limit| limit.min(1)));
        self.run(executor.handle(), |rows, _| Ok(rows.into_iter().next()))
    }

    /// The only row, if there is one.
    ///
    /// # Errors
    /// When there is more than one (`is_too_many_rows`); and see [`all`](Self::all).
    pub fn optional<X: Allows<W> + ReachesAll<S> + ?Sized>(
        mut self,
        executor: &X,
    ) -> BoxFuture<'_, Result<Option<O>>> {
        // A second row is enough to know that there is more than one.
        self.body.limit = Some(self.body.limit.map_or(2, |limit| limit.min(2)));
        self.run(executor.handle(), at_most_one)
    }

    /// The only row: of aggregates without groups there is always one.
    ///
    /// # Errors
    /// When there is none (`is_not_found`) or more than one (`is_too_many_rows`); and see [`all`](Self::all).
    pub fn one<X: Allows<W> + ReachesAll<S> + ?Sized>(mut self, executor: &X) -> BoxFuture<'_, Result<O>> {
        self.body.limit = Some(self.body.limit.map_or(2, |limit| limit.min(2)));
        self.run(executor.handle(), one_of)
    }
}

impl<S, O: Send + 'static, W> Rows<S, O, W> {
    fn combine<Z>(self, operation: SetOperation, other: Rows<Z, O>) -> Rows<Combined<S>, O, W> {
        Rows::new(self.body.combine(operation, other.body), self.read)
    }

    /// These rows and those of another query, each of those that are equal once: `UNION`.
    ///
    /// The whole can be ordered, by what the first part reads, and limited.
    ///
    /// ```
    /// use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "customers")]
    /// # struct Customer { #[crdb(primary_key)] id: Uuid, email: String }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "staff")]
    /// # struct Employee { #[crdb(primary_key)] id: Uuid, email: String }
    ///
    /// let everybody = Customer::query()
    ///     .select(Customer::EMAIL)
    ///     .union(Employee::query().select(Employee::EMAIL))
    ///     .order_by(Customer::EMAIL.asc())
    ///     .limit(10);
    /// assert_eq!(
    ///     everybody.to_sql(),
    ///     "(SELECT email FROM customers) UNION (SELECT email FROM staff) ORDER BY 1 ASC LIMIT $1"
    /// );
    /// ```
    pub fn union<Z>(self, other: Rows<Z, O>) -> Rows<Combined<S>, O, W> {
        self.combine(SetOperation::Union, other)
    }

    /// These rows and those of another query: `UNION ALL`. The server need not look for rows that are equal.
    pub fn union_all<Z>(self, other: Rows<Z, O>) -> Rows<Combined<S>, O, W> {
        self.combine(SetOperation::UnionAll, other)
    }

    /// Those of these rows that another query has, too, each once: `INTERSECT`.
    pub fn intersect<Z>(self, other: Rows<Z, O>) -> Rows<Combined<S>, O, W> {
        self.combine(SetOperation::Intersect, other)
    }

    /// Those of these rows that another query does not have, each once: `EXCEPT`.
    pub fn except<Z>(self, other: Rows<Z, O>) -> Rows<Combined<S>, O, W> {
        self.combine(SetOperation::Except, other)
    }
}

impl<S, O: Send + 'static> Rows<S, O> {
    /// Locks the rows that are read until the transaction ends: `FOR UPDATE`.
    pub fn for_update(mut self) -> LockedRows<S, O>
    where
        S: OneSelect,
    {
        self.body.lock = Some(Lock::UPDATE);
        LockedRows(self)
    }

    /// Keeps others from changing the rows that are read until the transaction ends: `FOR SHARE`.
    ///
    /// CockroachDB under SERIALIZABLE takes no lock for it unless `enable_shared_locking_for_serializable` is on.
    pub fn for_share(mut self) -> LockedRows<S, O>
    where
        S: OneSelect,
    {
        self.body.lock = Some(Lock::SHARE);
        LockedRows(self)
    }
}

fn nodes<S, P: Selection<S, I>, I>(what: P) -> Vec<crate::query::node::Node> {
    let mut list = List::default();
    what.push(&mut list);
    list.0.into_iter().map(|(node, _)| node).collect()
}
