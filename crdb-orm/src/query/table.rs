//! What a derived table is, and the statements that start from it.

use super::delete::DeleteByKey;
use super::expr::{Filter, OrderBy};
use super::insert::Insert;
use super::key::{IntoKey, Key};
use super::row::FromRow;
use super::select::{Find, Select};
use super::texts::Texts;
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
    type Key: Key;
    /// The builder of an insert.
    type Insert;

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

    #[doc(hidden)]
    const SELECT: Label = Label { verb: "select", table: Some(Self::NAME.name) };

    /// The row of that primary key.
    fn find(key: impl IntoKey<Self::Key>) -> Find<Self> {
        Find::new(key.into_key().into_values())
    }

    /// The rows for which a condition holds.
    fn filter(condition: impl Into<Filter<Self>>) -> Select<Self> {
        Self::query().filter(condition)
    }

    /// All rows, to be narrowed by [`Select::filter`] and [`Select::limit`].
    fn query() -> Select<Self> {
        Select::new()
    }

    /// All rows in an order.
    fn order_by(order: OrderBy<Self>) -> Select<Self> {
        Self::query().order_by(order)
    }

    /// An update of the row of that primary key.
    fn update(key: impl IntoKey<Self::Key>) -> UpdateByKey<Self> {
        UpdateByKey::new(key.into_key().into_values())
    }

    /// A delete of the row of that primary key.
    fn delete(key: impl IntoKey<Self::Key>) -> DeleteByKey<Self> {
        DeleteByKey::new(key.into_key().into_values())
    }

    /// An insert of a whole row, its primary key included.
    fn insert_row(row: &Self) -> Insert<Self> {
        Insert::row(row)
    }

    /// An insert of a whole row, or an update of all its columns where the primary key is there already.
    fn upsert(row: &Self) -> Insert<Self> {
        Insert::row(row).or_update()
    }
}
