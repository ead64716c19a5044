//! What a derived table is, and the statements that start from it.

use futures_util::Stream;

use super::bulk::{ChangedRow, CopyIn, InsertMany, NewRow, UpdateMany};
use super::delete::DeleteByKey;
use super::expr::IntoFilter;
use super::guard::Guard;
use super::insert::Insert;
use super::key::IntoKey;
use super::read::Orders;
use super::row::FromRow;
use super::select::{Find, Select};
use super::texts::Texts;
use super::tree::{Below, Tree, Trees};
use super::update::UpdateByKey;
use crate::exec::Label;
use crate::schema::{ColumnType, TableDef, TypeName};
use crate::types::Value;

/// A struct that is a table: made by `#[derive(CrdbTable)]`.
///
/// ```no_run
/// use crdb_orm::prelude::*;
///
/// #[derive(CrdbTable, Debug, Clone)]
/// #[crdb(table = "orders")]
/// struct Order {
///     #[crdb(primary_key)]
///     id: Uuid,
///     user_id: Uuid,
///     #[crdb(decimal(10, 2))]
///     total: Decimal,
///     #[crdb(default = false)]
///     paid: bool,
/// }
///
/// # async fn example(db: Database, user: Uuid) -> crdb_orm::Result<()> {
/// let order = Order::insert().user_id(user).total(Decimal::TEN).one(&db).await?;
/// let order = Order::find(order.id).one(&db).await?;
/// let open = Order::filter(!Order::PAID).order_by(Order::TOTAL.desc()).limit(50).all(&db).await?;
/// Order::update(order.id).set(Order::PAID, true).exec(&db).await?;
/// Order::delete(order.id).exec(&db).await?;
/// # drop(open);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    note = "put `#[derive(CrdbTable)]` on the struct"
)]
pub trait Table: FromRow + Sync {
    /// The table as const data: columns, keys, indexes, locality.
    const TABLE: &'static TableDef;
    /// Its name. Foreign keys of other tables use this and the next two, and never `TABLE`: two tables may
    /// refer to each other.
    const NAME: TypeName;
    /// The columns of its primary key.
    const KEY_COLUMNS: &'static [&'static str];
    /// The types of its primary key.
    const KEY_TYPES: &'static [ColumnType];
    /// The primary key: a field, or a tuple of fields.
    type Key;
    /// The builder of an insert.
    type Insert;
    /// Whose rows they are: [`Tenant<V>`](crate::Tenant) of a table with a column `#[crdb(tenant)]`, and else `()`.
    type Scope;

    /// Starts an insert: one setter for each column, then `.one(&db)` or `.exec(&db)`.
    ///
    /// Columns that have a default or may be NULL can be left out. A missing required column does not compile.
    fn insert() -> Self::Insert;

    #[doc(hidden)]
    fn __texts() -> &'static Texts;

    /// The values of the columns that an insert writes, in order.
    #[doc(hidden)]
    fn __values(&self) -> Vec<Value>;

    /// The column that counts changes.
    #[doc(hidden)]
    const __VERSION: Option<&'static str> = None;

    /// The column that holds when its row was last written.
    #[doc(hidden)]
    const __UPDATED_AT: Option<&'static str> = None;

    /// What narrows every statement.
    #[doc(hidden)]
    const __GUARD: Guard = Guard::NONE;

    #[doc(hidden)]
    const SELECT: Label = Label { verb: "select", table: Some(Self::NAME.name) };

    /// The row of that primary key.
    fn find(key: impl IntoKey<Self::Key>) -> Find<Self> {
        Find::new(key.__into_values())
    }

    /// The rows for which a condition holds.
    fn filter(condition: impl IntoFilter<Self>) -> Select<Self> {
        Self::query().filter(condition)
    }

    /// All rows, to be narrowed by [`Select::filter`] and [`Select::limit`].
    fn query() -> Select<Self> {
        Select::new()
    }

    /// All rows in an order.
    fn order_by<I>(order: impl Orders<Self, I>) -> Select<Self> {
        Self::query().order_by(order)
    }

    /// An update of the row of that primary key.
    fn update(key: impl IntoKey<Self::Key>) -> UpdateByKey<Self> {
        UpdateByKey::new(key.__into_values())
    }

    /// An update of all columns of a row, found by its primary key: what a struct holds that was read and changed.
    ///
    /// In a table that counts versions ([`Versioned`](super::Versioned)) nothing is changed unless the row is still at the
    /// version that the struct holds (`is_stale`). What every update sets by itself is
    /// not written: the time of the last change, columns with `on_update`, and the region of `auto_rehoming`; an explicit
    /// `.set(..)` beside the row sets them. What two writers change between
    /// the read and the write is lost without a version: then set columns by [`update`](Self::update).
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64, #[crdb(version)] version: i64 }
    /// # async fn example(db: Database, id: Uuid) -> crdb_orm::Result<()> {
    /// let mut order = Order::find(id).one(&db).await?;
    /// order.total *= 2;
    /// let order = Order::update_row(&order).one(&db).await?; // as it is now, with its new version
    /// # drop(order);
    /// # Ok(())
    /// # }
    /// ```
    fn update_row(row: &Self) -> UpdateByKey<Self> {
        UpdateByKey::row(row)
    }

    /// A delete of the row of that primary key.
    fn delete(key: impl IntoKey<Self::Key>) -> DeleteByKey<Self> {
        DeleteByKey::new(key.__into_values())
    }

    /// An insert of a whole row, its primary key included.
    fn insert_row(row: &Self) -> Insert<Self> {
        Insert::row(row)
    }

    /// An insert of many rows, cut into batches of 500: rows of the table, references to them, or builders whose columns
    /// are given.
    ///
    /// Every batch has one text whatever its size: an array for each column. On a `Database` each batch is a statement
    /// and a transaction of its own, run again on a serialization failure; one whose answer is lost looks for its rows if
    /// their keys were made for it. When one fails, none follows, and [`Error::partial`](crate::Error::partial) says which
    /// rows are in. In a transaction all batches belong to it.
    ///
    /// All rows give the same columns: a column that has a default may be left out of all of them.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "readings")]
    /// # struct Reading { #[crdb(primary_key)] id: Uuid, sensor: i32, value: f64, #[crdb(default = false)] checked: bool }
    /// # async fn example(db: Database, values: Vec<(i32, f64)>, rows: Vec<Reading>) -> crdb_orm::Result<()> {
    /// let new = values.iter().map(|(sensor, value)| Reading::insert().sensor(*sensor).value(*value));
    /// let inserted = Reading::insert_many(new).exec(&db).await?;
    /// let stored = Reading::insert_many(&rows).all(&db).await?;
    /// # let _ = (inserted, stored);
    /// # Ok(())
    /// # }
    /// ```
    fn insert_many<'r, I>(rows: I) -> InsertMany<'r, Self>
    where
        I: IntoIterator<IntoIter: Send + 'r, Item: NewRow<Self>>,
    {
        InsertMany::rows(rows)
    }

    /// [`insert_many`](Self::insert_many) of the rows of a stream, which are taken as they are needed: no more than the
    /// batches on their way are in memory.
    ///
    /// The stream's items may be `Result`s: an error ends the insert.
    fn insert_stream<'r, S>(rows: S) -> InsertMany<'r, Self>
    where
        S: Stream<Item: NewRow<Self>> + Send + 'r,
    {
        InsertMany::stream(rows)
    }

    /// A COPY of many rows in one statement, all or none: see [`CopyIn`].
    fn copy_in<'r, I>(rows: I) -> CopyIn<'r, Self>
    where
        I: IntoIterator<IntoIter: Send + 'r, Item: NewRow<Self>>,
    {
        CopyIn::rows(rows)
    }

    /// [`copy_in`](Self::copy_in) of the rows of a stream, which are taken as they are sent.
    fn copy_in_stream<'r, S>(rows: S) -> CopyIn<'r, Self>
    where
        S: Stream<Item: NewRow<Self>> + Send + 'r,
    {
        CopyIn::stream(rows)
    }

    /// Inserts of rows with the rows that belong to them, all of them in one transaction: see [`Tree`].
    fn insert_trees<B, W, I>(trees: I) -> Trees<Self, W::Row>
    where
        B: NewRow<Self> + Send + 'static,
        W: Below<Self>,
        I: IntoIterator<Item = Tree<Self, B, W>>,
    {
        Trees::new(trees)
    }

    /// An insert of a whole row, or an update of all its columns where the primary key is there already, but for those that
    /// every update sets by itself, as of [`update_row`](Self::update_row).
    fn upsert(row: &Self) -> Insert<Self> {
        Insert::row(row).or_update()
    }

    /// An insert of many rows, or an update of the given columns where the primary key is there already: see
    /// [`insert_many`](Self::insert_many) and [`InsertMany::or_update`].
    fn upsert_many<'r, I>(rows: I) -> InsertMany<'r, Self>
    where
        I: IntoIterator<IntoIter: Send + 'r, Item: NewRow<Self>>,
    {
        InsertMany::rows(rows).or_update()
    }

    /// [`upsert_many`](Self::upsert_many) of the rows of a stream.
    fn upsert_stream<'r, S>(rows: S) -> InsertMany<'r, Self>
    where
        S: Stream<Item: NewRow<Self>> + Send + 'r,
    {
        InsertMany::stream(rows).or_update()
    }

    /// An update of many rows by their keys, cut into batches like [`insert_many`](Self::insert_many): whole rows, pairs of
    /// a key and a [`Patch`](super::Patch), or a key, a version and a patch.
    ///
    /// What it returns says which rows were gone or had changed. In a table that counts versions, whole rows are changed
    /// only if they are still at the version that they hold.
    ///
    /// ```no_run
    /// # use crdb_orm::prelude::*;
    /// # #[derive(CrdbTable, Debug)]
    /// # #[crdb(table = "orders")]
    /// # struct Order { #[crdb(primary_key)] id: Uuid, total: i64, #[crdb(version)] version: i64 }
    /// # #[derive(CrdbPatch)]
    /// # #[crdb(table = Order)]
    /// # struct OrderPatch { total: Option<i64> }
    /// # async fn example(db: Database, mut orders: Vec<Order>, patches: Vec<(Uuid, OrderPatch)>) -> crdb_orm::Result<()> {
    /// for order in &mut orders {
    ///     order.total *= 2;
    /// }
    /// let updated = Order::update_many(&orders).exec(&db).await?;
    /// println!("{} changed; not: {:?}", updated.changed(), updated.missed());
    /// Order::update_many(patches).exec(&db).await?.complete()?;
    /// # Ok(())
    /// # }
    /// ```
    fn update_many<'r, I>(rows: I) -> UpdateMany<'r, Self>
    where
        I: IntoIterator<IntoIter: Send + 'r, Item: ChangedRow<Self> + 'r>,
    {
        UpdateMany::rows(rows)
    }

    /// [`update_many`](Self::update_many) of the rows of a stream.
    fn update_stream<'r, S>(rows: S) -> UpdateMany<'r, Self>
    where
        S: Stream<Item: ChangedRow<Self> + 'r> + Send + 'r,
    {
        UpdateMany::stream(rows)
    }
}
