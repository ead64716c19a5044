//! SQL of the caller's own.

use std::borrow::Cow;

use super::placeholders;
use super::row::{FromRow, at_most_one, expects, one_of, read_all_checked};
use crate::error::{Error, Result};
use crate::exec::{
    BoxFuture, Class, Expects, InTransaction, Label, RAW_SQL, Read, Statement, Write, miscounted,
};
use crate::types::BindValue;

/// A statement written by hand.
///
/// Values go in by [`bind`](Self::bind), never into the text. It is never taken for a read, whatever it says:
/// it needs an executor that may write, unless [`read_only`](Self::read_only) says that it reads, and after a lost answer
/// it is not run again.
///
/// What would stay on one connection of the pool for whoever uses it next is refused before it is sent
/// (`is_invalid_statement`): what begins, ends or prepares something (`BEGIN`, `SAVEPOINT`, `PREPARE`), settings (`SET`,
/// `RESET`, `DISCARD`, `set_config` unless its last argument is `true`), `LISTEN`, temporary tables, cursors `WITH HOLD`,
/// locks of a session (`pg_advisory_lock`); and `COPY`. In a transaction, `SET LOCAL` and `SET TRANSACTION` pass. What a
/// function of yours does to its session is yours to undo.
///
/// An enum is bound as what its place wants: `status = $1` compares with the column, `$1::TEXT` is a text. Several are
/// texts: `status::TEXT = ANY ($1)`. Where statements are sent whole (`Prepared::Never`), read one as `status::TEXT`.
///
/// ```no_run
/// use crdb_orm::prelude::*;
///
/// # async fn example(db: Database) -> crdb_orm::Result<()> {
/// let totals: Vec<(Uuid, Decimal)> =
///     Sql::trusted("SELECT user_id, sum(total) FROM orders GROUP BY user_id HAVING sum(total) > $1")
///         .bind(Decimal::ONE_HUNDRED)
///         .all(&db)
///         .await?;
/// # drop(totals);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a statement does nothing until one of its terminals is awaited"]
pub struct Sql {
    statement: Statement,
}

impl Sql {
    /// A text that the caller vouches for: no part of it may come from outside the program.
    pub fn trusted(text: impl Into<Cow<'static, str>>) -> Self {
        let label = Self::LABEL;
        Self {
            statement: Statement {
                sql: text.into(),
                values: Vec::new(),
                locking: None,
                class: Class::Write,
                label,
                expects: Expects::Any,
            },
        }
    }

    /// Says that it may run on a handle of one tenant ([`Scoped`](crate::Scoped)), and why. What tenant its rows are of is
    /// then its own affair: nothing is added to it.
    pub fn unscoped(mut self, why: &'static str) -> Self {
        tracing::debug!(why, "SQL that knows nothing of the tenant of its handle");
        self.statement.label = Label { verb: "unscoped sql", table: None };
        self
    }

    pub(super) const LABEL: Label = Label { verb: RAW_SQL, table: None };

    /// Binds the next placeholder: the first call is `$1`.
    pub fn bind(mut self, value: impl BindValue) -> Self {
        self.statement.values.push(value.into_value());
        self
    }

    /// The statement, unless it wants another number of values than were bound. There is no other way to it, so that no
    /// terminal sends one that was not counted.
    pub(super) fn checked(self) -> Result<Statement> {
        let (wanted, given) = (placeholders::count(&self.statement.sql), self.statement.values.len());
        if wanted == given {
            return Ok(self.statement);
        }
        Err(Error::invalid_statement(self.statement.label, miscounted(wanted, given)))
    }

    /// Says that it only reads, and lets the server see to it: it can then run wherever a read can, on
    /// [`follower_reads`](crate::Database::follower_reads), [`as_of`](crate::Database::as_of) or a `&dyn Read`.
    ///
    /// On a `Database`, and on the past, it is a read-only transaction in one round trip, so a write in it fails
    /// (SQLSTATE 25006) and changes nothing. In a transaction that may write, the server holds nobody to the promise. It
    /// is not run again after a lost answer all the same: SQL of your own is never taken for a read.
    ///
    /// ```no_run
    /// use crdb_orm::prelude::*;
    /// use crdb_orm::sql;
    ///
    /// # async fn example(db: Database) -> crdb_orm::Result<()> {
    /// let report: Vec<(String, i64)> = sql!("SELECT city, count(*) FROM rides GROUP BY city")
    ///     .read_only()
    ///     .all(&db.follower_reads())
    ///     .await?;
    /// # drop(report);
    /// # Ok(())
    /// # }
    /// ```
    pub fn read_only(self) -> ReadOnlySql {
        ReadOnlySql { sql: self }
    }

    /// Runs it and returns all rows.
    ///
    /// # Errors
    /// A statement's errors; a result whose columns are not those of `R`: as many for a tuple, of the same names in the
    /// same order for a struct (`is_invalid_statement`); a row that does not fit (`is_decode`).
    ///
    /// The columns are compared before it runs where it is prepared, and else (`Prepared::Never`) by the first row. On a
    /// `Database` it is committed before its rows are read, so an error over them says so
    /// ([`CommitOutcome::Committed`](crate::CommitOutcome)).
    pub fn all<'a, R: FromRow, X: Write + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<Vec<R>>> {
        self.run(executor, |rows, _| Ok(rows))
    }

    /// Runs it and returns the only row, if there is one.
    ///
    /// # Errors
    /// When there is more than one (`is_too_many_rows`); and see [`all`](Self::all).
    pub fn optional<'a, R: FromRow, X: Write + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<R>>> {
        self.run(executor, at_most_one)
    }

    /// Runs it and returns the only row.
    ///
    /// # Errors
    /// When there is none (`is_not_found`) or more than one (`is_too_many_rows`); and see [`all`](Self::all).
    pub fn one<'a, R: FromRow, X: Write + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<R>> {
        self.run(executor, one_of)
    }

    /// Runs it and makes something of its rows.
    fn run<'a, R: FromRow, A: Send + 'a, X: Read + ?Sized>(
        self,
        executor: &'a X,
        of: fn(Vec<R>, Label) -> Result<A>,
    ) -> BoxFuture<'a, Result<A>> {
        let handle = executor.handle();
        Box::pin(async move {
            let mut statement = self.checked().inspect_err(|error| handle.fail(error))?;
            statement.expects = expects::<R>();
            let label = statement.label;
            handle.read(&statement, |rows| of(read_all_checked(rows, label)?, label)).await
        })
    }

    /// Runs it and returns how many rows it changed.
    ///
    /// # Errors
    /// A statement's errors; another number of values than the text has placeholders (`is_invalid_statement`), which no
    /// terminal sends.
    pub fn exec<'a, X: Write + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<u64>> {
        let handle = executor.handle();
        Box::pin(async move {
            let statement = self.checked().inspect_err(|error| handle.fail(error))?;
            handle.execute(&statement).await
        })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    ///
    /// Nothing is returned here: a failure fails the transaction. Inside a savepoint that is undone it is forgotten.
    pub fn defer<X: InTransaction + ?Sized>(self, tx: &X) {
        tx.handle().defer(self.checked());
    }
}

/// SQL of the caller's own that only reads, from [`Sql::read_only`].
#[derive(Debug, Clone)]
#[must_use = "a statement does nothing until one of its terminals is awaited"]
pub struct ReadOnlySql {
    sql: Sql,
}

impl ReadOnlySql {
    /// Binds the next placeholder: the first call is `$1`.
    pub fn bind(self, value: impl BindValue) -> Self {
        Self { sql: self.sql.bind(value) }
    }

    /// Runs it and returns all rows.
    ///
    /// # Errors
    /// A statement's errors, such as a write in a transaction that may not (SQLSTATE 25006); and see [`Sql::all`].
    pub fn all<'a, R: FromRow, X: Read + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<Vec<R>>> {
        self.marked().run(executor, |rows, _| Ok(rows))
    }

    /// Runs it and returns the only row, if there is one.
    ///
    /// # Errors
    /// When there is more than one (`is_too_many_rows`); and see [`all`](Self::all).
    pub fn optional<'a, R: FromRow, X: Read + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<R>>> {
        self.marked().run(executor, at_most_one)
    }

    /// Runs it and returns the only row.
    ///
    /// # Errors
    /// When there is none (`is_not_found`) or more than one (`is_too_many_rows`); and see [`all`](Self::all).
    pub fn one<'a, R: FromRow, X: Read + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<R>> {
        self.marked().run(executor, one_of)
    }

    fn marked(mut self) -> Sql {
        self.sql.statement.class = Class::ReadOnly;
        self.sql
    }
}

/// A statement written by hand, whose placeholders and values are counted when it is compiled.
///
/// ```no_run
/// use crdb_orm::prelude::*;
/// use crdb_orm::sql;
///
/// # async fn example(db: Database, user: Uuid) -> crdb_orm::Result<()> {
/// let totals: Vec<(i64,)> =
///     sql!("SELECT total FROM orders WHERE user_id = $1 AND total > $2", user, 100_i64).all(&db).await?;
/// # drop(totals);
/// # Ok(())
/// # }
/// ```
///
/// A value too few does not compile:
///
/// ```compile_fail
/// let statement = crdb_orm::sql!("SELECT total FROM orders WHERE user_id = $1 AND total > $2", 1_i64);
/// ```
///
/// It is a [`Sql`](crate::Sql), and its text is a literal, so no part of it comes from outside the program.
#[macro_export]
macro_rules! sql {
    (@one $value:expr) => { () };
    ($text:literal $(, $value:expr)* $(,)?) => {{
        // An item, which `cargo check` evaluates too, and in functions that nobody calls.
        const _: () =
            $crate::query::check_placeholders($text, <[()]>::len(&[$($crate::sql!(@one $value)),*]));
        $crate::Sql::trusted($text)$(.bind($value))*
    }};
    ($text:expr $(, $value:expr)* $(,)?) => {
        compile_error!(
            "the text of `sql!` is a literal, so that no value can get into it: a text that is made at run time is \
             `Sql::trusted(text)`, and its values are `.bind(value)`"
        )
    };
}
