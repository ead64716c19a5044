//! Rows that are inserted with the rows that belong to them: a statement for each level, the keys filled in.

mod below;
mod linked;
mod parent;
mod plan;

use std::fmt;
use std::future::ready;
use std::marker::PhantomData;

use tokio::time::Instant;

pub use self::below::{Below, Branch, NestedRows};
use self::below::{Planting, Silent};
pub use self::parent::{ChildOf, MayBeGiven, ParentKey};
use self::plan::{Answers, At, Plan, Read, Sent, Target};
use super::bulk::{Columns, NewRow};
use super::explain::Explained;
use super::guard::TenantColumn;
use super::key::IntoKey;
use super::lost::{in_time, look};
use super::relate::{Also, ByTable, Inserts, Link, RoomForMore};
use super::row::one_of;
use super::table::Table;
use crate::database::Database;
use crate::error::{CommitOutcome, Error, Result};
use crate::exec::{BoxFuture, Class, Expects, Handle, Label, Reaches, Statement, Write};
use crate::txn::{Slot, Tx};
use crate::types::{Slot as Place, Value};

/// A row with the rows that belong to it, all of them new: from `.with(relation, rows)` on an insert.
///
/// The rows below get the key of the row above by the relation's foreign key, which they neither need to give nor can. Their
/// other columns are required as ever, and they may have rows of their own. Rows of one table at one depth are written by
/// one statement for each 500, the rows above first. It is one transaction: on `&db` one of its own, run again on a
/// serialization failure, that waits for the server twice; on `&tx` it is part of that one.
///
/// ```no_run
/// use crdb_orm::prelude::*;
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "customers", has_many(orders = Order::CUSTOMER_ID))]
/// # struct Customer { #[crdb(primary_key)] id: Uuid, name: String }
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "orders", has_many(lines = Line::ORDER_ID), many_to_many(tags = Tag, through(OrderTag::ORDER_ID, OrderTag::TAG_ID)))]
/// # struct Order { #[crdb(primary_key)] id: Uuid, #[crdb(references = Customer, index)] customer_id: Uuid, total: i64 }
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "lines")]
/// # struct Line { #[crdb(primary_key)] id: Uuid, #[crdb(references = Order, index)] order_id: Uuid, what: String }
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "tags", has_many(notes = Note::TAG_ID))]
/// # struct Tag { #[crdb(primary_key)] id: Uuid, name: String }
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "notes")]
/// # struct Note { #[crdb(primary_key)] id: Uuid, #[crdb(references = Tag, index)] tag_id: Uuid, text: String }
/// # #[derive(CrdbTable, Debug)]
/// # #[crdb(table = "order_tags", primary_key(order_id, tag_id))]
/// # struct OrderTag { #[crdb(references = Order)] order_id: Uuid, #[crdb(references = Tag, index)] tag_id: Uuid }
/// # async fn example(db: Database) -> crdb_orm::Result<()> {
/// let new = Tag::insert().name("new").with(Tag::NOTES, [Note::insert().text("first seen")]);
/// let order = Order::insert()
///     .total(12)
///     .with(Order::LINES, ["soap", "milk"].map(|what| Line::insert().what(what)))
///     .with(Order::TAGS, [new]);
///
/// // What comes back are the rows as the server has stored them, in the shape in which relations are loaded.
/// let (customer, orders): (Customer, Vec<(Order, Vec<Line>, Vec<(Tag, Vec<Note>)>)>) =
///     Customer::insert().name("Ann").with(Customer::ORDERS, [order]).one(&db).await?;
///
/// // Rows that are there already are linked by their keys.
/// let tag = orders[0].2[0].0.id;
/// let order = Order::insert().customer_id(customer.id).total(7).link(Order::TAGS, [tag]).one(&db).await?;
/// # let _: Order = order;
/// # Ok(())
/// # }
/// ```
///
/// Of a `many_to_many` the rows are new ones, too, with rows below them or without, and each is written with its row of the table
/// between; [`link`](Self::link) names rows that are there already.
///
/// Keys of rows that have others below them have to be known before: UUID keys are made by the client, any other is given.
/// What comes back is in the order in which it was given. Of rows whose keys only the server knows, or can write in several
/// ways (DECIMAL, FLOAT, CITEXT, INTERVAL, TIMETZ, composite types), that is the order of its answer, which on both servers is
/// the same, though neither promises it; so it is of those of [`insert_many`](Table::insert_many). After a lost answer several
/// such rows cannot be read again: that they are there is then said by an error.
#[must_use = "an insert does nothing until one of its terminals is awaited"]
pub struct Tree<T, B, W = ()> {
    root: B,
    below: Grown<W>,
    table: PhantomData<fn() -> T>,
}

/// What is below a row.
#[doc(hidden)]
#[derive(Debug)]
pub struct Grown<W> {
    /// What comes back.
    with: W,
    /// What does not.
    silent: Silent,
}

/// Whether a column of one row is the tenant, as a column of another row is that equals it: both are left out.
fn is_left_to_the_handle(
    tenant: Option<TenantColumn>,
    name: &str,
    other: Option<TenantColumn>,
    other_name: &str,
) -> bool {
    match (tenant, other) {
        (Some(tenant), Some(other)) => {
            (tenant.name, other.name) == (name, other_name) && tenant.kind == other.kind
        }
        _ => false,
    }
}

const fn label<T: Table>() -> Label {
    Label { verb: "insert", table: Some(T::NAME.name) }
}

impl<T: Table, B> Tree<T, B> {
    /// A row with nothing below it yet.
    pub(super) fn new(root: B) -> Self {
        let below = Grown { with: (), silent: Silent::default() };
        Self { root, below, table: PhantomData }
    }
}

impl<T: Table, B, W: Below<T>> Tree<T, B, W> {
    /// Adds rows that belong to this one by a relation. What comes back of them is the next part of the tuple.
    // What comes back is a parameter of its own, so that the compiler speaks of `rows` where they are not what is wanted.
    pub fn with<C: Table, S: Inserts, O, H>(
        self,
        relation: Link<T, C, S>,
        rows: impl NestedRows<T, C, S, O, H>,
    ) -> Tree<T, B, W::With>
    where
        W: Also<Branch<O>> + RoomForMore,
    {
        let Self { root, below: Grown { with, silent }, table } = self;
        Tree { root, below: Grown { with: with.__also(rows.__branch(relation)), silent }, table }
    }

    /// Links rows that are there already by a `many_to_many`: for each key, a row of the table between is inserted. They
    /// are not read, and do not come back.
    ///
    /// A row that is not there is told by the foreign key of the table between (`is_foreign_key_violation`), as is one that
    /// is linked twice where the pair is unique there (`is_unique_violation`). Where the two keys share a column of the table
    /// between, such as a tenant, the row has to have the same value there (`is_invalid_statement`).
    pub fn link<C: Table, S: ByTable + Inserts, K: IntoKey<C::Key>>(
        mut self,
        relation: Link<T, C, S>,
        keys: impl IntoIterator<Item = K>,
    ) -> Self {
        self.below.silent.0.push(linked::links(relation, keys));
        self
    }

    /// Lets only the row at the top come back; those below are inserted all the same.
    ///
    /// So rows of any depth are of one type, and a function can call itself:
    ///
    /// ```no_run
    /// use crdb_orm::prelude::*;
    /// use crdb_orm::query::{Set, Tree};
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "replies", has_many(replies = Reply::ANSWERS))]
    /// # struct Reply { #[crdb(primary_key)] id: Uuid, #[crdb(references = Reply, index)] answers: Option<Uuid>, text: String }
    /// struct Thread {
    ///     text: String,
    ///     replies: Vec<Thread>,
    /// }
    ///
    /// fn tree(thread: Thread) -> Tree<Reply, ReplyInsert<Set<String>>> {
    ///     let replies = thread.replies.into_iter().map(tree);
    ///     Reply::insert().text(thread.text).with(Reply::REPLIES, replies).root_only()
    /// }
    /// # async fn example(db: Database, thread: Thread) -> crdb_orm::Result<()> {
    /// let first: Reply = tree(thread).one(&db).await?;
    /// # let _ = first;
    /// # Ok(())
    /// # }
    /// ```
    pub fn root_only(self) -> Tree<T, B> {
        let Self { root, below: Grown { with, mut silent }, table } = self;
        with.silent(&mut silent);
        Tree { root, below: Grown { with: (), silent }, table }
    }
}

// The bound stands on the methods, so that the compiler says which column is missing.
impl<T: Table, B, W: Below<T>> Tree<T, B, W> {
    /// Runs it and returns how many rows were inserted, the rows of tables between included.
    ///
    /// # Errors
    /// See [`Trees::exec`].
    pub fn exec<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<u64>>
    where
        B: NewRow<T> + Send + 'static,
    {
        Trees::new([self]).exec(executor)
    }

    /// Runs it and returns the rows as the server has stored them: a tuple of the row at the top and of what is below it,
    /// as [`Select::with`](crate::query::Select::with) would load it.
    ///
    /// # Errors
    /// See [`Trees::all`].
    pub fn one<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<W::Row>>
    where
        B: NewRow<T> + Send + 'static,
        W::Row: 'a,
    {
        let trees = Trees::new([self]).all(executor);
        Box::pin(async move { one_of(trees.await?, label::<T>()) })
    }

    /// The texts of its statements, in their order.
    ///
    /// # Errors
    /// See [`Trees::exec`].
    pub fn to_sql(self) -> Result<Vec<String>>
    where
        B: NewRow<T> + Send + 'static,
    {
        Trees::new([self]).to_sql()
    }
}

impl<T, B, W> fmt::Debug for Tree<T, B, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree").finish_non_exhaustive()
    }
}

/// Rows with the rows that belong to them, all of them new: from [`Table::insert_trees`]. `R` is what comes back of each.
#[must_use = "an insert does nothing until one of its terminals is awaited"]
pub struct Trees<T, R = T> {
    plan: Result<Plan>,
    /// The key of the first row, where it was made for this insert alone.
    key: Option<Vec<Value>>,
    read: Read<Vec<R>>,
    table: PhantomData<fn() -> T>,
}

impl<T, R> fmt::Debug for Trees<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trees").field("plan", &self.plan).finish_non_exhaustive()
    }
}

/// The key of a row, where it was made for this insert alone.
fn made_key<T: Table>(row: &Columns) -> Option<Vec<Value>> {
    let key = |(name, ty): (&&'static str, &_)| match row.first(name) {
        Some(raw) => Some(Value::from_raw(*ty, Some(raw.to_vec()))),
        // It is looked for by the handle that has made it.
        None => Some(T::__GUARD.tenant.filter(|tenant| tenant.name == *name)?.value(Place::Where)),
    };
    row.keyed().then(|| T::KEY_COLUMNS.iter().zip(T::KEY_TYPES).map(key).collect()).flatten()
}

impl<T: Table, R: Send + 'static> Trees<T, R> {
    pub(super) fn new<B, W, I>(trees: I) -> Self
    where
        B: NewRow<T> + Send + 'static,
        W: Below<T, Row = R>,
        I: IntoIterator<Item = Tree<T, B, W>>,
    {
        let mut key = None;
        let mut plan = Plan::new();
        let mut planted = Vec::new();
        let mut add = |tree: Tree<T, B, W>, first: bool| {
            let row = Columns::one(|out| tree.root.__write(out), label::<T>())?;
            if first {
                key = made_key::<T>(&row);
            }
            let reading = tree.below.plant(&mut Planting::new(&row, At::ROOT, &mut plan))?;
            planted.push((plan.add(At::ROOT, Target::of::<T>(), row, &[])?, reading));
            Ok(())
        };
        let added = trees.into_iter().enumerate().try_for_each(|(n, tree)| {
            add(tree, n == 0).map_err(|error: Error| match n {
                0 => error,
                _ => error.with_context(format!("tree {n}, counted from 0")),
            })
        });
        let read = Box::new(move |answers: &Answers| {
            let read = |(place, reading)| W::read(reading, answers.read::<T>(place)?, answers);
            planted.into_iter().map(read).collect()
        });
        Self { plan: added.map(|()| plan), key, read, table: PhantomData }
    }

    /// Runs it and returns how many rows were inserted, the rows of tables between included.
    ///
    /// All of it is one transaction, and one transaction should not grow large: give it some thousand rows at most.
    ///
    /// # Errors
    /// A statement's errors, after which nothing is inserted; a key that only the server would know, or a foreign key that
    /// was given though it comes from the row above (`is_invalid_statement`). When the answer to COMMIT is lost, the
    /// first row is looked for if its key was made for it: if it is there, all are.
    pub fn exec<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<u64>>
    where
        T: 'static,
    {
        let handle = executor.handle();
        Box::pin(async move {
            let plan = self.plan.inspect_err(|error| handle.fail(error))?;
            let rows = plan.rows();
            run::<T>(plan.sent(false), self.key, handle, false).await.map(|_| rows)
        })
    }

    /// Runs it and returns all rows as the server has stored them, in the order in which they were given: each a tuple of
    /// the row at the top and of what is below it.
    ///
    /// # Errors
    /// See [`exec`](Self::exec). Where the answer to COMMIT was lost and the first row is there, all are read by their keys;
    /// what cannot be read then is an error that says that they are in the database
    /// ([`CommitOutcome::Committed`](crate::CommitOutcome)).
    pub fn all<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<R>>>
    where
        T: 'a,
        R: 'a,
    {
        let handle = executor.handle();
        Box::pin(async move {
            let plan = self.plan.inspect_err(|error| handle.fail(error))?;
            let answers = run::<T>(plan.sent(true), self.key, handle, true).await?;
            // On a database it is committed by now, whatever is wrong with its answer.
            (self.read)(&answers).map_err(|error| match handle {
                Handle::Database(_) => error.after_the_answer(true),
                _ => error,
            })
        })
    }

    /// The texts of its statements, in their order.
    ///
    /// # Errors
    /// See [`exec`](Self::exec).
    pub fn to_sql(self) -> Result<Vec<String>> {
        Ok(self.plan?.sent(false).into_iter().map(|sent| sent.statement.sql.into_owned()).collect())
    }

    pub(in crate::query) fn explained(self) -> Result<Explained> {
        Ok(Explained(self.plan?.sent(false).into_iter().map(|sent| sent.statement).collect()))
    }
}

/// Runs the statements of a tree; returns their answers where they are wanted.
async fn run<T: Table>(
    sent: Vec<Sent>,
    key: Option<Vec<Value>>,
    handle: Handle<'_>,
    returning: bool,
) -> Result<Answers> {
    let mut answers = Answers::default();
    let db = match handle {
        Handle::Database(db) => db,
        Handle::Tx(tx) => {
            let statements = sent.iter().map(|sent| sent.statement.clone()).collect();
            for (sent, answer) in sent.iter().zip(tx.send_together(statements).await?) {
                answers.push(sent, answer.rows, false);
            }
            return Ok(answers);
        }
        // No write takes such a handle; the server would refuse it.
        Handle::AsOf(_) => {
            for sent in &sent {
                answers.push(sent, handle.rows(&sent.statement).await?, false);
            }
            return Ok(answers);
        }
    };
    let began = Instant::now();
    let result = match &*sent {
        [] => return Ok(answers),
        [only] => db.rows(&only.statement).await.map(|rows| vec![rows]),
        all => together::<T>(db, all).await,
    };
    match result {
        Ok(rows) => {
            for (sent, rows) in sent.iter().zip(rows) {
                answers.push(sent, rows, false);
            }
            Ok(answers)
        }
        Err(lost) if lost.is_outcome_unknown() => {
            let lost = look((handle, began), || key.map(first_row::<T>), lost, NONE, |_, lost| lost).await?;
            if returning { again((db, began), &sent, lost).await } else { Ok(answers) }
        }
        Err(error) => Err(error),
    }
}

/// Runs the statements as one transaction, with COMMIT.
async fn together<T: Table>(db: &Database, sent: &[Sent]) -> Result<Vec<Vec<tokio_postgres::Row>>> {
    let slots = &*sent.iter().map(|_| Slot::default()).collect::<Vec<_>>();
    let run = |tx: Tx| {
        for (sent, slot) in sent.iter().zip(slots) {
            tx.defer_into(sent.statement.clone(), slot.clone());
        }
        ready(Ok(()))
    };
    db.transaction(&T::__texts().names.tree, run).of_statements(label::<T>()).await?;
    Ok(slots.iter().map(|slot| slot.take().map(|answer| answer.rows).unwrap_or_default()).collect())
}

/// The look for the first row, whether it is deleted or not.
fn first_row<T: Table>(key: Vec<Value>) -> Statement {
    Statement {
        sql: T::__texts().look.as_str().into(),
        values: T::__GUARD.push(key),
        locking: None,
        class: Class::Read,
        label: label::<T>(),
        expects: Expects::Any,
    }
}

/// What is said where that row is not found.
const NONE: &str =
    "it is not known whether the rows were inserted: the first is not there, and may still arrive";

/// Reads the rows that are known to be there, since their answer was lost.
async fn again((db, began): (&Database, Instant), sent: &[Sent], lost: Error) -> Result<Answers> {
    let wanted = || sent.iter().filter(|sent| sent.told.is_some());
    let Some(statements) = wanted().map(|sent| sent.again.clone()).collect::<Option<Vec<_>>>() else {
        return Err(lost
            .with_context(
                "all rows are inserted, but not all can be read again: some keys only the server knows, or can write in \
                 several ways",
            )
            .with_outcome(CommitOutcome::Committed));
    };
    let Some(read) = in_time(db, began, async |db| db.together(&statements).await).await else {
        return Err(lost
            .with_context("all rows are inserted, but no time was left to read them again")
            .with_outcome(CommitOutcome::Committed));
    };
    let mut read = read.map_err(|error| error.after_the_answer(true))?.into_iter();
    let mut answers = Answers::default();
    for sent in sent {
        let rows = sent.told.is_some().then(|| read.next()).flatten();
        answers.push(sent, rows.map(|answer| answer.rows).unwrap_or_default(), true);
    }
    Ok(answers)
}
