//! SQL of the caller's own.

use std::borrow::Cow;

use super::placeholders;
use super::row::{FromRow, at_most_one, read_all_checked};
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, InTransaction, Label, Statement, Write};
use crate::types::Bind;

/// A statement written by hand.
///
/// Values go in by [`bind`](Self::bind), never into the text. It is never taken for a read, whatever it says:
/// it needs an executor that may write, and after a lost answer it is not run again. `COPY`, and what begins, ends or
/// prepares something (`BEGIN`, `SAVEPOINT`, `PREPARE`), is refused before it is sent (`is_invalid_statement`).
///
/// An enum is bound and read as text: write `$1::TEXT::status` and `status::TEXT`.
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
            },
        }
    }

    /// A statement that is made already.
    #[cfg(feature = "testing")]
    pub(crate) const fn of(statement: Statement) -> Self {
        Self { statement }
    }

    pub(super) const LABEL: Label = Label { verb: "sql", table: None };

    pub(super) fn into_statement(self) -> Statement {
        self.statement
    }

    /// Binds the next placeholder: the first call is `$1`.
    pub fn bind(mut self, value: impl Bind) -> Self {
        self.statement.values.push(value.into_value());
        self
    }

    /// The statement, unless it wants another number of values than were bound.
    fn checked(self) -> Result<Statement> {
        let (wanted, given) = (placeholders::count(&self.statement.sql), self.statement.values.len());
        if wanted == given {
            return Ok(self.statement);
        }
        let why =
            format!("it has {wanted} placeholders (`$1`, `$2`, ..), and {given} values were bound to it");
        Err(Error::invalid_statement(Self::LABEL, why))
    }

    /// Runs it and returns all rows.
    ///
    /// # Errors
    /// A statement's errors; a result whose columns are not those of `R`, by name and order; a row that does
    /// not fit.
    pub fn all<'a, R: FromRow, X: Write + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<Vec<R>>> {
        let handle = executor.handle();
        Box::pin(async move {
            let statement = self.checked()?;
            let rows = handle.rows(&statement).await?;
            read_all_checked(&rows, statement.label)
        })
    }

    /// Runs it and returns the only row, if there is one.
    ///
    /// # Errors
    /// When there is more than one (`is_too_many_rows`); and see [`all`](Self::all).
    pub fn optional<'a, R: FromRow, X: Write + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<R>>> {
        let label = self.statement.label;
        let rows = self.all(executor);
        Box::pin(async move { at_most_one(rows.await?, label) })
    }

    /// Runs it and returns the only row.
    ///
    /// # Errors
    /// When there is none (`is_not_found`) or more than one (`is_too_many_rows`); and see [`all`](Self::all).
    pub fn one<'a, R: FromRow, X: Write + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<R>> {
        let label = self.statement.label;
        let row = self.optional(executor);
        Box::pin(async move { row.await?.ok_or_else(|| Error::not_found(label)) })
    }

    /// Runs it and returns how many rows it changed.
    ///
    /// # Errors
    /// A statement's errors.
    pub fn exec<'a, X: Write + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<u64>> {
        let handle = executor.handle();
        Box::pin(async move { handle.execute(&self.checked()?).await })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    ///
    /// Nothing is returned here: a failure fails the transaction. Inside a savepoint that is undone it is forgotten.
    pub fn defer<X: InTransaction + ?Sized>(self, tx: &X) {
        tx.handle().defer(self.checked());
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
