//! Inserts.

use std::borrow::Cow;
use std::iter;
use std::marker::PhantomData;

use super::conflict::{Conflict, ConflictTarget, DoUpdate, OnConflict, Target};
use super::missed::{Missed, asserted};
use super::row::{only_row, rows_of};
use super::shapes::Piece;
use super::table::Table;
use super::texts::Texts;
use super::writer::Writer;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, InTransaction, Label, Probe, Reaches, Statement, Write};
use crate::types::{Slot, Value};

/// A required column of an insert that has not been given yet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unset;

/// A required column of an insert that has been given.
#[derive(Debug, Clone, Copy)]
pub struct Set<V>(#[doc(hidden)] pub V);

/// That a required column has been given. What the compiler says where it has not stands at a trait that the derive makes
/// for each.
pub trait Has<V> {
    #[doc(hidden)]
    fn take(self) -> V;
}

#[diagnostic::do_not_recommend]
impl<V> Has<V> for Set<V> {
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

#[derive(Debug, Clone)]
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
    pub fn one<'a, X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<T>>
    where
        T: 'a,
    {
        let missed = self.missed();
        let statement = self.statement(true);
        let handle = executor.handle();
        Box::pin(async move {
            let answer = handle.only(&statement).await.and_then(|only| only_row(handle, &statement, only));
            match answer.map_err(advise::<T>)? {
                Some(row) => Ok(row),
                None => Err(missed.unseen().err().unwrap_or_else(|| Error::not_found(Self::LABEL))),
            }
        })
    }

    /// Runs it.
    ///
    /// # Errors
    /// See [`one`](Self::one).
    pub fn exec<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<()>> {
        let missed = self.missed();
        let statement = self.statement(false);
        let handle = executor.handle();
        Box::pin(async move {
            match handle.execute(&statement).await.map_err(advise::<T>)? {
                0 => missed.unseen(),
                _ => Ok(()),
            }
        })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    ///
    /// Nothing is returned here: a failure fails the transaction, such as a row that was to be updated and is of another
    /// tenant, or deleted (`is_not_found`). Inside a savepoint that is undone it is forgotten.
    pub fn defer<X: InTransaction + Reaches<T::Scope> + ?Sized>(self, tx: &X) {
        let assertion = self.missed().assertion();
        tx.handle().defer(Ok(asserted(self.statement(false), assertion)));
    }

    /// The statement's text.
    pub fn to_sql(&self) -> String {
        if self.conflict.is_fail() && T::__GUARD.tenant.is_none() {
            return self.plain(T::__texts(), true).into_owned();
        }
        // An insert is no `Clone`: two of one key would be one to whoever looks for its row after a lost answer.
        let Self { columns, values, conflict, keyed, table } = self;
        let same = Self {
            columns: columns.clone(),
            values: values.clone(),
            conflict: conflict.clone(),
            keyed: *keyed,
            table: *table,
        };
        same.statement(true).sql.into_owned()
    }

    pub(super) const LABEL: Label = Label { verb: "insert", table: Some(T::NAME.name) };

    fn written<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<T>>>
    where
        T: 'a,
    {
        let missed = self.missed();
        let statement = self.statement(true);
        let handle = executor.handle();
        Box::pin(async move {
            let answer = handle.only(&statement).await.and_then(|only| only_row(handle, &statement, only));
            let row = answer.map_err(advise::<T>)?;
            if row.is_none() {
                missed.unseen()?;
            }
            Ok(row)
        })
    }

    fn count<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<u64>> {
        let missed = self.missed();
        let statement = self.statement(false);
        let handle = executor.handle();
        Box::pin(async move {
            let rows = handle.execute(&statement).await.map_err(advise::<T>)?;
            if rows == 0 {
                missed.unseen()?;
            }
            Ok(rows)
        })
    }

    /// Gives the tenant's column, where it was left out, and lets no other tenant be given.
    fn of_tenant(&mut self) {
        let Some(tenant) = T::__GUARD.tenant else { return };
        let position = self.columns.names::<T>().iter().position(|column| *column == tenant.name);
        if let Some(value) = position.and_then(|position| self.values.get_mut(position)) {
            *value = value.clone().for_tenant(tenant.kind);
        } else if let Columns::Some(columns) = &mut self.columns {
            columns.push(tenant.name);
            self.values.push(tenant.value(Slot::New));
        }
    }

    /// What is wrong where nothing was written: of an upsert without a filter of its own, that the row is out of reach.
    pub(super) fn missed(&self) -> Missed {
        if self.conflict.updates_all() && !T::__GUARD.is_none() {
            Missed::OutOfReach(hidden::<T>)
        } else {
            Missed::None
        }
    }

    /// How its row is looked for after a lost answer.
    fn probe(&self, find: &'static String) -> Option<Probe> {
        let Columns::Some(columns) = &self.columns else { return None };
        // The text asks for the tenant behind the key.
        let tenant = T::__GUARD.tenant.map(|tenant| tenant.name);
        let position = |key: &&str| columns.iter().position(|column| column == key);
        (self.keyed && self.conflict.is_fail())
            .then(|| Probe::new(find, T::KEY_COLUMNS.iter().chain(tenant.as_ref()).map(position)))
            .flatten()
    }

    pub(super) fn statement(mut self, returning: bool) -> Statement {
        self.of_tenant();
        let texts = T::__texts();
        let class = self.probe(&texts.look).map_or(Class::Write, Class::KeyedInsert);
        if self.conflict.is_fail() {
            let sql = self.plain(texts, returning);
            return Statement {
                sql,
                values: self.values,
                locking: None,
                class,
                label: Self::LABEL,
                expects: rows_of::<T>(returning),
            };
        }
        let mut writer = Writer::new(&self.plain(texts, false));
        writer.set_values(self.values);
        self.conflict.write::<T>(&mut writer, self.columns.names::<T>().iter());
        if returning {
            writer.push(&texts.returning);
        }
        writer.finish(class, Self::LABEL).reading(rows_of::<T>(returning))
    }

    /// The text without what is done where there is such a row already.
    fn plain(&self, texts: &'static Texts, returning: bool) -> Cow<'static, str> {
        let end = returning.then_some(Piece::Returning);
        let returning = if returning { &*texts.returning } else { "" };
        match &self.columns {
            Columns::All if returning.is_empty() => Cow::Borrowed(&texts.insert),
            Columns::All => {
                let shape = iter::once(Piece::InsertRow).chain(end);
                texts.of_shape(&shape, || format!("{}{returning}", texts.insert))
            }
            Columns::Some(columns) => {
                let values = columns.iter().map(|column| Piece::Value(column));
                let shape = iter::once(Piece::Insert).chain(values).chain(end);
                texts.of_shape(&shape, || {
                    let mut writer = Writer::new("INSERT INTO ");
                    writer.name(&T::NAME);
                    if columns.is_empty() {
                        writer.push(" DEFAULT VALUES");
                    } else {
                        list(&mut writer, columns);
                        writer.push(" VALUES (");
                        for (i, value) in self.values.iter().enumerate() {
                            writer.push(if i == 0 { "" } else { ", " }).value(value.clone());
                        }
                        writer.push(")");
                    }
                    writer.push(returning).take_text()
                })
            }
        }
    }
}

impl<T: Table> Default for Insert<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The row that an insert was to update is none of those that its handle and its table let it touch.
fn hidden<T: Table>() -> Error {
    let why = match (T::__GUARD.tenant, T::__GUARD.deleted) {
        (Some(_), Some(_)) => "it is deleted, or of another tenant",
        (Some(_), None) => "it is of another tenant",
        (None, _) => "it is deleted",
    };
    let error = Error::out_of_reach(Insert::<T>::LABEL, why);
    match T::__GUARD.deleted {
        Some(column) => error.with_advice(keeps_its_key(column)),
        None => error.with_advice("let the key, or the unique index, begin with the tenant's column"),
    }
}

fn keeps_its_key(deleted: &str) -> String {
    format!(
        "a row that is deleted keeps its key: bring it back by `restore(id)`, or delete it for good by \
         `delete(id).hard()`; a unique index with `filter = \"{deleted} IS NULL\"` is free for new rows"
    )
}

/// Of a table with soft deletes, what is there already may be deleted, unless its index holds no row that is.
pub(super) fn advise<T: Table>(error: Error) -> Error {
    match T::__GUARD.deleted {
        Some(deleted) if error.is_unique_violation() => {
            let filter = error.constraint().and_then(|name| T::TABLE.filter_of_index(name));
            let free = filter.is_some_and(|filter| leaves_out_deleted(filter, deleted));
            if free { error } else { error.with_advice(keeps_its_key(deleted)) }
        }
        _ => error,
    }
}

/// Whether a filter, which is SQL of the caller's own, says that no deleted row is among them: by a condition of its own.
fn leaves_out_deleted(filter: &str, deleted: &str) -> bool {
    let words: String = filter.to_lowercase().replace(['(', ')', '"'], " ");
    let words: Vec<&str> = words.split_whitespace().collect();
    let deleted = deleted.to_lowercase();
    !words.contains(&"or")
        && words.split(|word| *word == "and").any(|condition| condition == [deleted.as_str(), "is", "null"])
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
    pub fn optional<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Option<T>>>
    where
        T: 'a,
    {
        self.0.written(executor)
    }

    /// Runs it and returns whether a row was inserted.
    ///
    /// # Errors
    /// See [`Insert::one`].
    pub fn exec<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<bool>> {
        let count = self.0.count(executor);
        Box::pin(async move { Ok(count.await? > 0) })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    pub fn defer<X: InTransaction + Reaches<T::Scope> + ?Sized>(self, tx: &X) {
        tx.handle().defer(Ok(self.0.statement(false)));
    }

    /// The statement's text.
    pub fn to_sql(&self) -> String {
        self.0.to_sql()
    }
}

#[cfg(test)]
mod tests {
    use super::leaves_out_deleted;

    #[test]
    fn a_filter_is_known_to_leave_deleted_rows_out_only_where_it_says_so() {
        for filter in [
            "deleted_at IS NULL",
            "(\"deleted_at\" is  null)",
            "active AND deleted_at IS NULL",
            "(deleted_at IS NULL) AND (size > 3)",
        ] {
            assert!(leaves_out_deleted(filter, "deleted_at"), "{filter}");
        }
        for filter in [
            "active",
            "deleted_at IS NOT NULL",
            "not deleted_at IS NULL",
            "active OR deleted_at IS NULL",
            "not_deleted_at IS NULL",
        ] {
            assert!(!leaves_out_deleted(filter, "deleted_at"), "{filter}");
        }
    }
}
