//! Inserts.

use std::borrow::Cow;
use std::marker::PhantomData;

use super::conflict::{Conflict, ConflictTarget, DoUpdate, OnConflict, Target};
use super::row::{at_most_one, read_all};
use super::table::Table;
use super::writer::Writer;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, Expects, InTransaction, Label, Probe, Statement, Write};
use crate::types::Value;

/// A required column of an insert that has not been given yet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unset;

/// A required column of an insert that has been given.
#[derive(Debug, Clone, Copy)]
pub struct Set<V>(#[doc(hidden)] pub V);

/// That the required column `C` of table `T` has been given.
#[diagnostic::on_unimplemented(
    message = "`{T}::insert()` needs column `{C}`",
    label = "`{C}` has not been given",
    note = "call the column's setter first; a column may be left out when it is an `Option` or has `#[crdb(default = ...)]`"
)]
pub trait Has<T, C, V> {
    #[doc(hidden)]
    fn take(self) -> V;
}

#[diagnostic::do_not_recommend]
impl<T, C, V> Has<T, C, V> for Set<V> {
    fn take(self) -> V {
        self.0
    }
}

/// An insert of one row whose columns are all given.
#[derive(Debug)]
#[must_use = "an insert does nothing until one of its terminals is awaited"]
pub struct Insert<T> {
    columns: Columns,
    values: Vec<Value>,
    conflict: Conflict,
    keyed: bool,
    table: PhantomData<fn() -> T>,
}

#[derive(Debug)]
enum Columns {
    /// Every column that is not computed.
    All,
    Some(Vec<&'static str>),
}

impl Columns {
    fn names<T: Table>(&self) -> Cow<'_, [&'static str]> {
        match self {
            Self::All => {
                let written = T::TABLE.columns.iter().filter(|column| !column.is_generated());
                written.map(|column| column.name).collect()
            }
            Self::Some(columns) => Cow::Borrowed(columns),
        }
    }
}

impl<T: Table> Insert<T> {
    /// An insert without columns yet. The derive's builder fills it.
    #[doc(hidden)]
    pub fn new() -> Self {
        Self {
            columns: Columns::Some(Vec::new()),
            values: Vec::new(),
            conflict: Conflict::Fail,
            keyed: false,
            table: PhantomData,
        }
    }

    pub(crate) fn row(row: &T) -> Self {
        Self {
            columns: Columns::All,
            values: row.__values(),
            conflict: Conflict::Fail,
            // Whoever has the row may have inserted it before.
            keyed: false,
            table: PhantomData,
        }
    }

    /// Adds a column. The derive's builder calls this once a column.
    #[doc(hidden)]
    pub fn push(&mut self, column: &'static str, value: Value) {
        if let Columns::Some(columns) = &mut self.columns {
            columns.push(column);
            self.values.push(value);
        }
    }

    /// Says that a random part of the primary key was made for this insert alone, so that its row can be looked for.
    #[doc(hidden)]
    pub fn keyed(mut self) -> Self {
        self.keyed = true;
        self
    }

    /// Updates the given columns where the primary key is there already.
    pub fn or_update(mut self) -> Self {
        self.conflict = Conflict::TakeAll(Target::key::<T>());
        self
    }

    /// Says by which unique key a row is told to be there already, and then what happens to it.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "users")]
    /// # struct User { #[crdb(primary_key)] id: Uuid, #[crdb(unique)] email: String, name: String, #[crdb(default = 1)] visits: i64 }
    /// # async fn example(db: Database) -> crdb_orm::Result<()> {
    /// let user = User::insert()
    ///     .email("ann@example.com")
    ///     .name("Ann")
    ///     .build()
    ///     .on_conflict(User::EMAIL)
    ///     .do_update_with(|row| row.take(User::NAME).add(User::VISITS, 1))
    ///     .one(&db)
    ///     .await?;
    /// # let _ = user;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_conflict(self, target: impl ConflictTarget<T>) -> OnConflict<Self> {
        OnConflict { write: self, target: target.__target() }
    }

    /// Does nothing where the row conflicts with one that is there already, by whatever unique key.
    pub fn or_ignore(mut self) -> InsertOrIgnore<T> {
        self.conflict = Conflict::Ignore(None);
        InsertOrIgnore(self)
    }

    /// Runs it and returns the row as the server has stored it.
    ///
    /// # Errors
    /// A statement's errors, such as a key that is there already (`is_unique_violation`). A row that does not fit the struct
    /// (`is_decode`): on a `Database` it is inserted all the same, and the error says so
    /// ([`CommitOutcome::Committed`](crate::CommitOutcome)).
    pub fn one<'a, X: Write + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<T>>
    where
        T: 'a,
    {
        let row = self.written(executor);
        Box::pin(async move { row.await?.ok_or_else(|| Error::not_found(Self::LABEL)) })
    }

    /// Runs it.
    ///
    /// # Errors
    /// See [`one`](Self::one).
    pub fn exec<X: Write + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<()>> {
        let count = self.count(executor);
        Box::pin(async move { count.await.map(drop) })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    ///
    /// Nothing is returned here: a failure fails the transaction. Inside a savepoint that is undone it is forgotten.
    pub fn defer<X: InTransaction + ?Sized>(self, tx: &X) {
        tx.handle().defer(Ok(self.statement(false)));
    }

    /// The statement's text.
    pub fn to_sql(self) -> String {
        self.statement(true).sql.into_owned()
    }

    pub(super) const LABEL: Label = Label { verb: "insert", table: Some(T::NAME.name) };

    fn written<'a, X: Write + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<Option<T>>>
    where
        T: 'a,
    {
        let statement = self.statement(true);
        let handle = executor.handle();
        Box::pin(async move {
            let label = statement.label;
            handle.read(&statement, |rows| at_most_one(read_all(rows, label)?, label)).await
        })
    }

    fn count<X: Write + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<u64>> {
        let statement = self.statement(false);
        let handle = executor.handle();
        Box::pin(async move { handle.execute(&statement).await })
    }

    /// How its row is looked for after a lost answer.
    fn probe(&self, find: &'static String) -> Option<Probe> {
        let Columns::Some(columns) = &self.columns else { return None };
        let position = |key: &&str| columns.iter().position(|column| column == key);
        (self.keyed && self.conflict.is_fail())
            .then(|| Probe::new(find, T::KEY_COLUMNS.iter().map(position)))
            .flatten()
    }

    pub(super) fn statement(self, returning: bool) -> Statement {
        let texts = T::__texts();
        let class = self.probe(&texts.find).map_or(Class::Write, Class::KeyedInsert);
        let mut writer = match &self.columns {
            Columns::All if self.conflict.is_fail() && !returning => {
                return Statement {
                    sql: Cow::Borrowed(&texts.insert),
                    values: self.values,
                    locking: None,
                    class,
                    label: Self::LABEL,
                    expects: Expects::Any,
                };
            }
            Columns::All => {
                let mut writer = Writer::new(&texts.insert);
                writer.set_values(self.values);
                writer
            }
            Columns::Some(columns) => {
                let mut writer = Writer::new("INSERT INTO ");
                writer.name(&T::NAME);
                if columns.is_empty() {
                    writer.push(" DEFAULT VALUES");
                } else {
                    list(&mut writer, columns);
                    writer.push(" VALUES (");
                    for (i, value) in self.values.into_iter().enumerate() {
                        writer.push(if i == 0 { "" } else { ", " }).value(value);
                    }
                    writer.push(")");
                }
                writer
            }
        };
        self.conflict.write::<T>(&mut writer, self.columns.names::<T>().iter());
        if returning {
            writer.push(&texts.returning);
        }
        writer.finish(class, Self::LABEL)
    }
}

impl<T: Table> Default for Insert<T> {
    fn default() -> Self {
        Self::new()
    }
}

fn list(writer: &mut Writer, columns: &[&str]) {
    writer.push(" (");
    for (i, column) in columns.iter().enumerate() {
        writer.push(if i == 0 { "" } else { ", " }).ident(column);
    }
    writer.push(")");
}

impl<T: Table> OnConflict<Insert<T>> {
    /// Does nothing then.
    pub fn do_nothing(self) -> InsertOrIgnore<T> {
        InsertOrIgnore(Insert { conflict: Conflict::Ignore(Some(self.target)), ..self.write })
    }

    /// Updates all the given columns that are not of a key.
    pub fn do_update(self) -> Insert<T> {
        Insert { conflict: Conflict::TakeAll(self.target), ..self.write }
    }

    /// Updates what is said.
    pub fn do_update_with(self, update: impl FnOnce(DoUpdate<T>) -> DoUpdate<T>) -> Insert<T> {
        let update = update(DoUpdate::new());
        Insert { conflict: Conflict::Update(self.target, update.into()), ..self.write }
    }
}

/// An insert that does nothing where the row conflicts with one that is there already.
#[derive(Debug)]
#[must_use = "an insert does nothing until one of its terminals is awaited"]
pub struct InsertOrIgnore<T>(pub(super) Insert<T>);

impl<T: Table> InsertOrIgnore<T> {
    /// Runs it and returns the row, or `None` where it was there already.
    ///
    /// # Errors
    /// See [`Insert::one`].
    pub fn optional<'a, X: Write + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<Option<T>>>
    where
        T: 'a,
    {
        self.0.written(executor)
    }

    /// Runs it and returns whether a row was inserted.
    ///
    /// # Errors
    /// See [`Insert::one`].
    pub fn exec<X: Write + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<bool>> {
        let count = self.0.count(executor);
        Box::pin(async move { Ok(count.await? > 0) })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    pub fn defer<X: InTransaction + ?Sized>(self, tx: &X) {
        tx.handle().defer(Ok(self.0.statement(false)));
    }

    /// The statement's text.
    pub fn to_sql(self) -> String {
        self.0.to_sql()
    }
}
