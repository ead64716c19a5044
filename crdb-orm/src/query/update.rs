//! Updates.

use std::iter;
use std::marker::PhantomData;

use super::batches::{Change, InBatches, told, unhinted};
use super::expr::{Column, Expr, IntoAssignment, IntoOperand, Numeric};
use super::guard::Deleted;
use super::hint::Hint;
use super::missed::Missed;
use super::node::{Node, Operator};
use super::patch::{self, Patch};
use super::row::{only_row, read_all, rows_of};
use super::shapes::Piece;
use super::stamp::{sets_itself, stamp};
use super::table::Table;
use super::version::{Expected, Sought, VersionNumber, Versioned, bump, class};
use super::writer::Writer;
use crate::conn::ServerKind;
use crate::error::{Error, Result};
use crate::exec::{BoxFuture, Class, Handle, InTransaction, Label, Reaches, Statement, Write};
use crate::types::{Field, Value};

/// The assignments of an update.
#[derive(Debug, Clone, Default)]
pub(super) struct Assignments {
    list: Vec<(&'static str, Node)>,
    /// A patch was among what gave them.
    patched: bool,
    /// They are those of a whole row.
    whole: bool,
}

impl Assignments {
    pub(super) fn set<T, F>(&mut self, column: Column<T, F>, value: impl IntoAssignment<T, F>) {
        self.assign(column.name(), column.assigned(value.into_assignment().0));
    }

    /// `column = (column operator value)::type`: CockroachDB widens arithmetic, so it is cast back.
    pub(super) fn change<T, F: Field>(
        &mut self,
        column: Column<T, F>,
        operator: Operator,
        value: impl IntoOperand<T, F::Base>,
    ) {
        let by = column.assigned(value.into_operand().0);
        let node = Node::binary(operator, Expr::from(column).into_node(), by);
        self.assign(column.name(), Node::Cast(Box::new(node), F::TYPE));
    }

    /// A later assignment of the same column replaces the earlier one: the server refuses two.
    pub(super) fn assign(&mut self, column: &'static str, node: Node) {
        match self.list.iter_mut().find(|(name, _)| *name == column) {
            Some((_, old)) => *old = node,
            None => self.list.push((column, node)),
        }
    }

    /// Adds one to the version and sets the time of the change, unless they are set.
    pub(super) fn note_the_change<T: Table>(&mut self) {
        for (column, node) in bump::<T>().into_iter().chain(stamp::<T>()) {
            if !self.sets(column) {
                self.list.push((column, node));
            }
        }
    }

    /// A patch gives what comes now.
    pub(super) fn patched(&mut self) {
        self.patched = true;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn sets(&self, column: &str) -> bool {
        self.list.iter().any(|(name, _)| *name == column)
    }

    /// Lets a row stay with its tenant.
    pub(super) fn guard<T: Table>(&mut self) {
        if T::__GUARD.tenant.is_some() {
            for (column, node) in &mut self.list {
                let assigned = std::mem::replace(node, Node::Constant("NULL"));
                *node = T::__GUARD.assigned(column, assigned);
            }
        }
    }

    pub(super) fn list(self, writer: &mut Writer) {
        for (i, (column, node)) in self.list.into_iter().enumerate() {
            writer.push(if i == 0 { "" } else { ", " }).ident(column).push(" = ").node(node);
        }
    }

    pub(super) fn write<T: Table>(mut self, writer: &mut Writer, hint: Option<Hint>) -> Result<()> {
        self.complete::<T>()?;
        self.list_all::<T>(writer, hint);
        Ok(())
    }

    /// Adds what every update sets.
    fn complete<T: Table>(&mut self) -> Result<()> {
        if self.list.is_empty() {
            let error = if self.whole {
                no_column_beside_the_key(label::<T>())
            } else if self.patched {
                Error::invalid_statement(label::<T>(), "it sets no column, since its patch gives none").with_advice(
                    "ask `patch.is_empty()` before and leave the update out, or set another column beside the patch",
                )
            } else {
                Error::invalid_statement(label::<T>(), "it sets no column; call `.set(..)` or `.add(..)`")
            };
            return Err(error);
        }
        self.note_the_change::<T>();
        self.guard::<T>();
        Ok(())
    }

    fn list_all<T: Table>(self, writer: &mut Writer, hint: Option<Hint>) {
        Hint::write(hint, writer.push("UPDATE ").name(&T::NAME));
        writer.push(" SET ");
        self.list(writer);
    }

    /// Whether the text depends on the columns alone, and on nothing that is set.
    fn is_plain(&self) -> bool {
        self.list.iter().all(|(column, node)| Piece::of_assignment(column, node).is_some())
    }

    fn pieces(&self) -> impl Iterator<Item = Piece> + Clone {
        self.list.iter().filter_map(|(column, node)| Piece::of_assignment(column, node))
    }

    /// The values of plain assignments, in the order in which they are written.
    fn into_values(self) -> Vec<Value> {
        let value = |(_, node)| match node {
            Node::Value(value) => Some(value),
            Node::Cast(changed, _) => match *changed {
                Node::Binary(_, operands) => match operands.1 {
                    Node::Value(value) => Some(value),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        self.list.into_iter().filter_map(value).collect()
    }
}

/// A whole row was given of a table that has nothing to update.
pub(super) fn no_column_beside_the_key(label: Label) -> Error {
    let why = "it sets no column: the table has no column beside its key and those that every update sets by itself (the \
               version, the time of change, `on_update`, the region of a row that moves)";
    Error::invalid_statement(label, why)
        .with_advice("insert or delete the row, or set what is meant by `.set(..)`")
}

/// The only row that a write returns.
async fn written<T: Table>(statement: &Statement, handle: Handle<'_>) -> Result<Option<T>> {
    only_row(handle, statement, handle.only(statement).await?)
}

pub(super) const fn label<T: Table>() -> Label {
    Label { verb: "update", table: Some(T::NAME.name) }
}

macro_rules! setters {
    () => {
        /// Sets a column to a value, or to an expression over the row: `.set(Item::PRICE, Item::PRICE * rate)`.
        pub fn set<F: Field>(mut self, column: Column<T, F>, value: impl IntoAssignment<T, F>) -> Self {
            self.assignments.set(column, value);
            self
        }

        /// Adds to a column in the database, so that no other writer's change is lost.
        pub fn add<F: Field<Base: Numeric>>(
            mut self,
            column: Column<T, F>,
            value: impl IntoOperand<T, F::Base>,
        ) -> Self {
            self.assignments.change(column, Operator::ADD, value);
            self
        }

        /// Subtracts from a column in the database.
        pub fn sub<F: Field<Base: Numeric>>(
            mut self,
            column: Column<T, F>,
            value: impl IntoOperand<T, F::Base>,
        ) -> Self {
            self.assignments.change(column, Operator::SUB, value);
            self
        }
    };
}

/// An update of one row by its primary key.
#[derive(Debug)]
#[must_use = "an update does nothing until one of its terminals is awaited"]
pub struct UpdateByKey<T> {
    key: Vec<Value>,
    deleted: Deleted,
    version: Option<Expected>,
    /// Of a row whose version cannot be read.
    unread: bool,
    assignments: Assignments,
    table: PhantomData<fn() -> T>,
}

impl<T: Table> UpdateByKey<T> {
    pub(crate) fn new(key: Vec<Value>) -> Self {
        Self {
            key,
            deleted: Deleted::Hidden,
            version: None,
            unread: false,
            assignments: Assignments::default(),
            table: PhantomData,
        }
    }

    /// All columns of a row, but for its key, the version that it is to be at, and those that every update sets by itself.
    pub(crate) fn row(row: &T) -> Self {
        let mut update = Self::new(Vec::new());
        let mut key = vec![None; T::KEY_COLUMNS.len()];
        let written = T::TABLE.columns.iter().filter(|column| !column.is_generated());
        for (column, value) in written.zip(row.__values()) {
            let name = column.name;
            let in_key = T::KEY_COLUMNS.iter().position(|key| *key == name);
            if let Some(slot) = in_key.and_then(|at| key.get_mut(at)) {
                *slot = Some(value);
            } else if T::__VERSION == Some(name) {
                update.version = Expected::of(value);
            } else if !sets_itself::<T>(name) {
                update.assignments.assign(name, Node::Value(value));
            }
        }
        update.assignments.whole = true;
        update.unread = T::__VERSION.is_some() && update.version.is_none();
        // Of a computed part there is no value: what is then left of the key is none.
        update.key = key.into_iter().collect::<Option<_>>().unwrap_or_default();
        update
    }

    /// Sets the time of its deletion to NULL, where the row is deleted.
    pub(super) fn restore(key: Vec<Value>) -> Self {
        let mut update = Self::new(key);
        update.deleted = Deleted::Only;
        if let Some(column) = T::__GUARD.deleted {
            update.assignments.assign(column, Node::Constant("NULL"));
        }
        update
    }

    setters!();

    /// Sets the columns that a patch gives. One that gives none is refused, unless others are set beside it.
    pub fn patch(mut self, patch: &impl Patch<T>) -> Self {
        patch::assign(patch, &mut self.assignments);
        self
    }

    /// Changes nothing unless the row is still at this version.
    ///
    /// After a lost answer it is run again, since it cannot take effect twice. When the version has moved then, nobody
    /// can tell whether by this write or by another, and the outcome is reported as unknown.
    pub fn version<V: VersionNumber>(mut self, version: V) -> Self
    where
        T: Versioned<Version = V>,
    {
        self.version = Some(Expected::new(version));
        self.unread = false;
        self
    }

    /// Runs it.
    ///
    /// # Errors
    /// When there is no such row (`is_not_found`): an update of nothing would lose a change without a word. When it is
    /// at another version than was given (`is_stale`).
    pub fn exec<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<()>> {
        let missed = self.missed();
        let statement = self.statement(false);
        let handle = executor.handle();
        Box::pin(async move {
            // Not moved: it would be there twice.
            let statement = match statement {
                Ok(ref statement) => statement,
                Err(error) => {
                    handle.fail(&error);
                    return Err(error);
                }
            };
            if handle.execute(statement).await? == 0 {
                Box::pin(missed.look(handle)).await?;
                return Err(Error::not_found(label::<T>()));
            }
            Ok(())
        })
    }

    /// Runs it and returns the row as it is now.
    ///
    /// # Errors
    /// When there is no such row (`is_not_found`), or at another version than was given (`is_stale`).
    pub fn one<'a, X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &'a X) -> BoxFuture<'a, Result<T>>
    where
        T: 'a,
    {
        let missed = self.missed();
        let statement = self.statement(true);
        let handle = executor.handle();
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            if let Some(row) = written(&statement, handle).await? {
                return Ok(row);
            }
            Box::pin(missed.look(handle)).await?;
            Err(Error::not_found(label::<T>()))
        })
    }

    /// Runs it and returns the row as it is now, or `None` where there is no such row.
    ///
    /// # Errors
    /// When the row is at another version than was given (`is_stale`).
    pub fn optional<'a, X: Write + Reaches<T::Scope> + ?Sized>(
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
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            let row = written(&statement, handle).await?;
            if row.is_none() {
                Box::pin(missed.look(handle)).await?;
            }
            Ok(row)
        })
    }

    pub(super) fn missed(&self) -> Missed {
        Sought::missed_by::<T>(&self.key, self.version.as_ref(), self.deleted, label::<T>())
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    ///
    /// On the server it fails unless there is such a row (`is_not_found`, or `is_stale` where a version was given), and
    /// the transaction with it.
    /// Nothing is returned here: a failure fails the transaction. Inside a savepoint that is undone it is forgotten.
    pub fn defer<X: InTransaction + Reaches<T::Scope> + ?Sized>(self, tx: &X) {
        tx.handle().defer(self.statement(false).map(Statement::asserted));
    }

    /// The statement's text.
    ///
    /// # Errors
    /// When no column is set, or a row does not give its whole key or a version that can be read.
    pub fn to_sql(self) -> Result<String> {
        self.statement(true).map(|statement| statement.sql.into_owned())
    }

    pub(super) fn statement(mut self, returning: bool) -> Result<Statement> {
        if self.key.len() != T::KEY_COLUMNS.len() {
            let why = "the row does not give the whole primary key: a part of it is computed by the server";
            return Err(Error::invalid_statement(label::<T>(), why)
                .with_advice("name the key and the columns: `T::update(key).set(..)`"));
        }
        if self.unread {
            let error =
                Error::invalid_statement(label::<T>(), "the version that the row holds cannot be read");
            let error = match T::__VERSION {
                Some(column) => error.with_column(column),
                None => error,
            };
            return Err(error.with_advice(
                "name it by `.version(..)`, or name the key and the columns: `T::update(key).set(..)`",
            ));
        }
        let class = class(self.version.as_ref());
        // Texts that are kept are those of rows that are not deleted.
        if !self.assignments.is_plain() || self.deleted != Deleted::Hidden {
            let mut writer = Writer::new("");
            self.assignments.write::<T>(&mut writer, None)?;
            rest::<T>(&mut writer, &self.key, self.deleted, self.version.as_ref(), returning);
            return Ok(writer.finish(class, label::<T>()).reading(rows_of::<T>(returning)));
        }
        self.assignments.complete::<T>()?;
        let ends =
            [self.version.is_some().then_some(Piece::AtVersion), returning.then_some(Piece::Returning)];
        let sql = {
            let shape = iter::once(Piece::Update).chain(self.assignments.pieces());
            T::__texts().of_shape(&shape.chain(ends.into_iter().flatten()), || {
                let mut writer = Writer::new("");
                self.assignments.clone().list_all::<T>(&mut writer, None);
                rest::<T>(&mut writer, &self.key, self.deleted, self.version.as_ref(), returning);
                writer.take_text()
            })
        };
        let mut values = self.assignments.into_values();
        values.extend(T::__GUARD.push(self.key));
        values.extend(self.version.map(Expected::into_value));
        let expects = rows_of::<T>(returning);
        Ok(Statement { sql, values, locking: None, class, label: label::<T>(), expects })
    }
}

/// ` WHERE key = $n ..`, and what follows.
fn rest<T: Table>(
    writer: &mut Writer,
    key: &[Value],
    deleted: Deleted,
    version: Option<&Expected>,
    returning: bool,
) {
    for (i, (column, value)) in T::KEY_COLUMNS.iter().zip(key).enumerate() {
        writer.push(if i == 0 { " WHERE " } else { " AND " }).ident(column).push(" = ").value(value.clone());
    }
    writer.and(T::__GUARD.condition(T::NAME, deleted));
    if let Some(version) = version {
        version.write::<T>(writer);
    }
    if returning {
        writer.push(&T::__texts().returning);
    }
}

/// An update of every row for which a condition holds: see [`Select::update`](super::Select::update).
#[derive(Debug)]
#[must_use = "an update does nothing until one of its terminals is awaited"]
pub struct Update<T> {
    filter: Result<Option<Node>>,
    deleted: Deleted,
    hint: Option<Hint>,
    assignments: Assignments,
    table: PhantomData<fn() -> T>,
}

impl<T: Table> Update<T> {
    pub(crate) fn among(deleted: Deleted, hint: Option<Hint>, filter: Result<Option<Node>>) -> Self {
        Self { filter, deleted, hint, assignments: Assignments::default(), table: PhantomData }
    }

    setters!();

    /// Sets the columns that a patch gives. One that gives none is refused, unless others are set beside it.
    pub fn patch(mut self, patch: &impl Patch<T>) -> Self {
        patch::assign(patch, &mut self.assignments);
        self
    }

    /// Runs it and returns how many rows it changed.
    ///
    /// It is one statement, however many rows there are: [`in_batches`](Self::in_batches) is for many.
    ///
    /// # Errors
    /// A statement's errors.
    pub fn exec<X: Write + Reaches<T::Scope> + ?Sized>(self, executor: &X) -> BoxFuture<'_, Result<u64>> {
        let handle = executor.handle();
        let statement = self.statement(false, handle.server_kind());
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            Ok(told(handle, label::<T>(), handle.execute(&statement).await?))
        })
    }

    /// Updates batch by batch, each a transaction of its own, so that no transaction grows large: for backfills.
    ///
    /// See [`InBatches`].
    pub fn in_batches<'r>(mut self) -> InBatches<'r, T> {
        let filter = unhinted(self.hint, std::mem::replace(&mut self.filter, Ok(None)), label::<T>());
        InBatches::new(filter, self.deleted, Change::Update(self))
    }

    /// The same update of rows among these.
    pub(super) fn of_rows(&self, rows: Node) -> Self {
        let (deleted, assignments) = (self.deleted, self.assignments.clone());
        Self { filter: Ok(Some(rows)), deleted, hint: None, assignments, table: PhantomData }
    }

    pub(super) fn sets(&self, column: &str) -> bool {
        self.assignments.sets(column)
    }

    /// Runs it and returns the rows as they are now.
    ///
    /// # Errors
    /// A statement's errors.
    pub fn all<'a, X: Write + Reaches<T::Scope> + ?Sized>(
        self,
        executor: &'a X,
    ) -> BoxFuture<'a, Result<Vec<T>>>
    where
        T: 'a,
    {
        let handle = executor.handle();
        let statement = self.statement(true, handle.server_kind());
        Box::pin(async move {
            let statement = statement.inspect_err(|error| handle.fail(error))?;
            handle.read(&statement, |rows| read_all(rows, statement.label)).await
        })
    }

    /// Keeps it until COMMIT, with which it travels without waiting, or until the next statement of the transaction.
    ///
    /// Nothing is returned here: a failure fails the transaction. Inside a savepoint that is undone it is forgotten.
    pub fn defer<X: InTransaction + Reaches<T::Scope> + ?Sized>(self, tx: &X) {
        let handle = tx.handle();
        handle.defer(self.statement(false, handle.server_kind()));
    }

    /// The statement's text.
    ///
    /// # Errors
    /// When no column is set.
    pub fn to_sql(self) -> Result<String> {
        self.statement(true, None).map(|statement| statement.sql.into_owned())
    }

    /// Whether its table has a hint.
    pub(super) fn is_hinted(&self) -> bool {
        self.hint.is_some()
    }

    pub(super) fn statement(self, returning: bool, kind: Option<ServerKind>) -> Result<Statement> {
        let filter = self.filter?;
        let mut writer = Writer::new("");
        self.assignments.write::<T>(writer.of_kind(kind), self.hint)?;
        writer.condition(T::__GUARD.narrow(filter, T::NAME, self.deleted));
        if returning {
            writer.push(&T::__texts().returning);
        }
        Ok(writer.finish(Class::Write, label::<T>()).reading(rows_of::<T>(returning)))
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::query::version::Expected;
    use crate::schema::ColumnType;
    use crate::types::Value;

    #[derive(CrdbTable, Debug, Clone)]
    #[crdb(table = "things")]
    struct Thing {
        #[crdb(primary_key)]
        id: Uuid,
        number: i64,
        #[crdb(version)]
        version: i64,
    }

    #[test]
    fn a_row_whose_version_cannot_be_read_is_not_saved_over_any() {
        assert!(Expected::of(Value::null(ColumnType::Int8)).is_none());
        let row = Thing { id: Uuid::nil(), number: 1, version: 3 };
        let unread = || {
            let mut update = Thing::update_row(&row);
            assert!(!update.unread && update.version.is_some());
            (update.version, update.unread) = (None, true);
            update
        };
        let error = unread().to_sql().expect_err("it would be written over every version");
        assert!(error.is_invalid_statement() && error.column() == Some("version"), "{error}");
        assert!(unread().version(3_i64).to_sql().expect("it is named").contains("AND version = $"));
    }
}
