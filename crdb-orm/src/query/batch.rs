//! Different statements that are sent together, with typed results.

use std::future::ready;

use tokio_postgres::Row;

use super::builder::{Complete, InsertBuilder};
use super::joined_write::{JoinedChange, JoinedWrite};
use super::missed::{Assertion, asserted};
use super::once::SingleWrite;
use super::read::{InnerJoins, Reads, Returning, Rows};
use super::row::{RowReader, at_most_one, read_all};
use super::select::{Find, Select};
use super::table::Table;
use super::update::UpdateByKey;
use crate::conn::{Answer, ServerKind};
use crate::database::Database;
use crate::error::{CommitOutcome, Error, Result};
use crate::exec::{BoxFuture, Class, Handle, Statement};
use crate::txn::{Slot, Tx};

/// A statement of a batch: a [`Find`] gives `Option<T>`, a [`Select`] `Vec<T>`, a query of values or tuples `Vec<O>`, a
/// write what its `exec` gives, and one with `.returning(..)` a `Vec` of what that says.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a batch",
    note = "give it a query without `.one(..)`, `.all(..)` or `.exec(..)`; an insert with all its required columns"
)]
pub trait BatchStep: Send {
    /// What it gives.
    type Output: Send;

    #[doc(hidden)]
    fn __step(self, kind: Option<ServerKind>) -> Stepped<Self::Output>;
}

/// A statement, and how its answer is read.
#[doc(hidden)]
pub struct Stepped<O> {
    statement: Result<Statement>,
    /// It has to change one row: where its answer comes too late to undo it, the server is told so.
    assertion: Option<Assertion>,
    read: Box<dyn FnOnce(Vec<Row>, u64) -> Result<O> + Send>,
}

impl<O> std::fmt::Debug for Stepped<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stepped").field("statement", &self.statement).finish_non_exhaustive()
    }
}

impl<O> Stepped<O> {
    fn new(
        statement: Result<Statement>,
        read: impl FnOnce(Vec<Row>, u64) -> Result<O> + Send + 'static,
    ) -> Self {
        Self { statement, assertion: None, read: Box::new(read) }
    }
}

impl<T: Table> BatchStep for Find<T> {
    type Output = Option<T>;

    fn __step(self, _: Option<ServerKind>) -> Stepped<Option<T>> {
        Stepped::new(Ok(self.statement(None)), |rows, _| at_most_one(read_all(&rows, T::SELECT)?, T::SELECT))
    }
}

impl<T: Table> BatchStep for Select<T> {
    type Output = Vec<T>;

    fn __step(self, kind: Option<ServerKind>) -> Stepped<Vec<T>> {
        let limit = self.limit;
        Stepped::new(Ok(self.statement(limit, None, kind)), |rows, _| read_all(&rows, T::SELECT))
    }
}

impl<S: 'static, O: Send + 'static> BatchStep for Rows<S, O, Reads> {
    type Output = Vec<O>;

    fn __step(self, kind: Option<ServerKind>) -> Stepped<Vec<O>> {
        let read = self.reader();
        let statement = self.statement(kind);
        let label = statement.label;
        Stepped::new(Ok(statement), move |rows, _| {
            rows.iter().map(|row| read(&RowReader::new(row, label))).collect()
        })
    }
}

impl<T: Table, O: Send + 'static> BatchStep for Returning<T, O> {
    type Output = Vec<O>;

    fn __step(self, kind: Option<ServerKind>) -> Stepped<Vec<O>> {
        let (read, label) = self.reader();
        let mut this = self;
        let missed = this.take_missed();
        let assertion = missed.assertion_returning();
        let stepped = Stepped::new(this.into_statement(kind), move |rows: Vec<Row>, _| {
            if rows.is_empty() {
                missed.unseen()?;
            }
            rows.iter().map(|row| read(&RowReader::new(row, label))).collect()
        });
        Stepped { assertion, ..stepped }
    }
}

/// An insert to which every required column was given.
#[diagnostic::do_not_recommend]
impl<B: InsertBuilder + Complete<<B as InsertBuilder>::Table> + Send> BatchStep for B {
    type Output = ();

    fn __step(self, kind: Option<ServerKind>) -> Stepped<()> {
        self.__build().__step(kind)
    }
}

impl<S: InnerJoins + Send, C: JoinedChange> BatchStep for JoinedWrite<S, C> {
    type Output = u64;

    fn __step(self, kind: Option<ServerKind>) -> Stepped<u64> {
        Stepped::new(self.statement(kind), |_, changed| Ok(changed))
    }
}

macro_rules! writes {
    ($($write:ty [$($parameter:ident)?] $asserted:expr;)*) => {$(
        impl$(<$parameter: Table>)? BatchStep for $write {
            type Output = <Self as SingleWrite>::Changed;

            fn __step(self, kind: Option<ServerKind>) -> Stepped<Self::Output> {
                let missed = self.__missed();
                let asserted: Option<Assertion> = $asserted;
                let assertion = missed.assertion().or(asserted);
                let read = move |_, changed| {
                    if changed == 0 {
                        missed.unseen()?;
                    }
                    Self::__changed(changed, Self::__LABEL)
                };
                Stepped { assertion, ..Stepped::new(self.__statement(false, kind), read) }
            }
        }
    )*};
}

writes! {
    super::insert::Insert<T> [T] None;
    super::insert::InsertOrIgnore<T> [T] None;
    UpdateByKey<T> [T] Some(Statement::asserted);
    super::update::Update<T> [T] None;
    super::delete::DeleteByKey<T> [T] None;
    super::delete::Delete<T> [T] None;
    super::raw::Sql [] None;
}

/// Several statements: a tuple of two to eight of them, or a `Vec` of one kind. Of an empty `Vec` nothing is sent.
///
/// A `Vec` is for some hundred statements at most: each is answered before any is read. More rows of a table are written by
/// [`insert_many`](Table::insert_many) and [`update_many`](Table::update_many), batch by batch.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of two to eight statements, nor a `Vec` of statements",
    note = "write `db.batch((A::find(id), B::update(id).set(..), C::insert()))`"
)]
pub trait BatchSteps: Send {
    /// What they give, in the same order.
    type Output: Send;

    #[doc(hidden)]
    fn __steps(self, kind: Option<ServerKind>) -> Together<Self::Output>;
}

/// The answers, one after another.
type Answers = std::vec::IntoIter<(Vec<Row>, u64)>;

/// The statements, and how their answers are read.
#[doc(hidden)]
pub struct Together<O> {
    /// Each, and how it is told to the server that it has to change one row, where it has.
    statements: Vec<(Result<Statement>, Option<Assertion>)>,
    read: Read<O>,
}

impl<O> std::fmt::Debug for Together<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Together").field("statements", &self.statements).finish_non_exhaustive()
    }
}

/// Reads the answers of all of a batch.
type Read<O> = Box<dyn FnOnce(Answers) -> Result<O> + Send>;

impl<O> Together<O> {
    /// Takes the statements out, as they are.
    pub(crate) fn take_statements(&mut self) -> Result<Vec<Statement>> {
        std::mem::take(&mut self.statements).into_iter().map(|(statement, _)| statement).collect()
    }

    /// Reads their answers.
    pub(crate) fn read(self, answers: Vec<Answer>) -> Result<O> {
        (self.read)(taken(answers))
    }
}

fn taken(answers: Vec<Answer>) -> Answers {
    answers.into_iter().map(|answer| (answer.rows, answer.changed)).collect::<Vec<_>>().into_iter()
}

macro_rules! steps {
    ($($step:ident $index:tt),*) => {
        impl<$($step: BatchStep<Output: 'static>),*> BatchSteps for ($($step,)*) {
            type Output = ($($step::Output,)*);

            fn __steps(self, kind: Option<ServerKind>) -> Together<Self::Output> {
                let steps = ($(self.$index.__step(kind),)*);
                let reads = ($(steps.$index.read,)*);
                Together {
                    statements: vec![$((steps.$index.statement, steps.$index.assertion)),*],
                    read: Box::new(move |mut answers| {
                        Ok(($({
                            let (rows, changed) = answers.next().unwrap_or_default();
                            (reads.$index)(rows, changed)?
                        },)*))
                    }),
                }
            }
        }
    };
}

steps!(A 0, B 1);
steps!(A 0, B 1, C 2);
steps!(A 0, B 1, C 2, D 3);
steps!(A 0, B 1, C 2, D 3, E 4);
steps!(A 0, B 1, C 2, D 3, E 4, F 5);
steps!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
steps!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// What each gives, in their order. Of none nothing is sent.
impl<B: BatchStep<Output: 'static>> BatchSteps for Vec<B> {
    type Output = Vec<B::Output>;

    fn __steps(self, kind: Option<ServerKind>) -> Together<Self::Output> {
        let step = |step: B| {
            let Stepped { statement, assertion, read } = step.__step(kind);
            ((statement, assertion), read)
        };
        let (statements, reads): (Vec<_>, Vec<_>) = self.into_iter().map(step).unzip();
        let read = move |answers: Answers| {
            reads.into_iter().zip(answers).map(|(read, (rows, changed))| read(rows, changed)).collect()
        };
        Together { statements, read: Box::new(read) }
    }
}

impl Database {
    /// Runs different statements, or a `Vec` of one kind, as one transaction that waits for the server as rarely as it can: once where all are
    /// reads, and twice where some write. A write must not be sent before BEGIN is answered, since it would be committed
    /// by itself if BEGIN failed; COMMIT travels with the statements.
    ///
    /// They run in the order of the tuple or the `Vec`, each seeing what those before it have written, and all or none take effect.
    /// A serialization failure runs them again. After an answer to COMMIT that was lost, the outcome is unknown
    /// ([`is_outcome_unknown`](crate::Error::is_outcome_unknown)): like any write, they are not run again then. Under a key, take
    /// a [`transaction`](Self::transaction) with [`Tx::batch`] and `once`.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "accounts")]
    /// # struct Account { #[crdb(primary_key)] id: Uuid, balance: i64 }
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "entries")]
    /// # struct Entry { #[crdb(primary_key)] id: Uuid, #[crdb(references = Account, index)] account_id: Uuid, amount: i64 }
    /// # async fn example(db: Database, id: Uuid) -> crdb_orm::Result<()> {
    /// let ((), (), account, entries) = db
    ///     .batch((
    ///         Account::update(id).add(Account::BALANCE, 5),
    ///         Entry::insert().account_id(id).amount(5),
    ///         Account::find(id),
    ///         Entry::filter(Entry::ACCOUNT_ID.eq(id)).select(Entry::AMOUNT.sum()),
    ///     ))
    ///     .await?;
    /// # let _: (Option<Account>, Vec<Option<i64>>) = (account, entries);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The first statement's that fails; an update of a row that is not there (`is_not_found`), a write of one that is not
    /// at the version that is named (`is_stale`), an upsert of one that is deleted, or of another tenant (`is_not_found`),
    /// which undo the others; a row that does not fit its struct, and the writes are committed then
    /// ([`commit_outcome`](crate::Error::commit_outcome)).
    pub fn batch<'a, S: BatchSteps + 'a>(&'a self, steps: S) -> BoxFuture<'a, Result<S::Output>>
    where
        S::Output: 'a,
    {
        let Together { statements, read } = steps.__steps(Some(self.server().kind()));
        Box::pin(async move {
            let as_sent = statements
                .into_iter()
                .map(|(statement, assertion)| statement.map(|statement| asserted(statement, assertion)));
            let statements = as_sent.collect::<Result<Vec<Statement>>>()?;
            if statements.is_empty() {
                return read(taken(Vec::new()));
            }
            if statements.iter().all(|statement| statement.class == Class::Read) {
                return read(taken(self.together(&statements).await?));
            }
            let slots = &*statements.iter().map(|_| Slot::default()).collect::<Vec<_>>();
            let statements = &statements;
            self.transaction("batch", |tx: Tx| {
                for (statement, slot) in statements.iter().zip(slots) {
                    tx.defer_into(statement.clone(), slot.clone());
                }
                ready(Ok(()))
            })
            .await?;
            let answers = slots.iter().map(|slot| slot.take().map(|answer| (answer.rows, answer.changed)));
            let answers: Vec<_> = answers.map(Option::unwrap_or_default).collect();
            read(answers.into_iter()).map_err(|error| error.with_outcome(CommitOutcome::Committed))
        })
    }
}

impl Tx {
    /// Runs different statements in one round trip, in the order of the tuple, or some hundred of one kind, in that of a `Vec`.
    ///
    /// In the first statements of a transaction, reads travel with BEGIN, and what stands behind a write waits for its
    /// answer. See [`Database::batch`].
    ///
    /// # Errors
    /// The first statement's that fails, after which none of those behind it is run; a write that has not found its row
    /// ([`is_not_found`](crate::Error::is_not_found), `is_stale`: see [`Database::batch`]), which leaves the others done:
    /// with `?` the transaction is rolled back. One that cannot be
    /// sent (`is_invalid_statement`) fails the transaction, and none is sent.
    pub fn batch<'a, S: BatchSteps + 'a>(&'a self, steps: S) -> BoxFuture<'a, Result<S::Output>>
    where
        S::Output: 'a,
    {
        let mut steps = steps.__steps(self.server_kind());
        Box::pin(async move {
            let refused = |error: &Error| Handle::Tx(self).fail(error);
            let statements = steps.take_statements().inspect_err(refused)?;
            if statements.is_empty() {
                return steps.read(Vec::new());
            }
            steps.read(self.send_together(statements).await?)
        })
    }
}
