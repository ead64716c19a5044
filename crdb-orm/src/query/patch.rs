//! Changes of some columns of a row, chosen at run time: `#[derive(CrdbPatch)]`.

use std::marker::PhantomData;

use super::bulk::RowWriter;
use super::expr::Column;
use super::node::Node;
use super::table::Table;
use super::update::Assignments;
use crate::types::{Field, SqlType};

/// Some columns of a row of `T`, of which those that are given are set: made by `#[derive(CrdbPatch)]`.
///
/// ```no_run
/// use crdb_orm::prelude::*;
///
/// #[derive(CrdbTable, Debug, Clone)]
/// #[crdb(table = "orders")]
/// struct Order {
///     #[crdb(primary_key)]
///     id: Uuid,
///     total: i64,
///     note: Option<String>,
/// }
///
/// #[derive(CrdbPatch, Default)]
/// #[crdb(table = Order)]
/// struct OrderPatch {
///     total: Option<i64>,
///     note: Option<Option<String>>,
/// }
///
/// # async fn example(db: Database, id: Uuid) -> crdb_orm::Result<()> {
/// let patch = OrderPatch { note: Some(None), ..OrderPatch::default() };
/// Order::update(id).patch(&patch).exec(&db).await?; // sets the note to NULL, and nothing else
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a patch of `{T}`",
    note = "put `#[derive(CrdbPatch)]` and `#[crdb(table = {T})]` on the struct"
)]
pub trait Patch<T: Table> {
    #[doc(hidden)]
    fn __write(&self, out: &mut PatchWriter<'_, T>);

    /// Whether it sets nothing. An update by it would be refused then.
    fn is_empty(&self) -> bool {
        let mut any = false;
        self.__write(&mut PatchWriter(To::Nothing(&mut any), PhantomData));
        !any
    }
}

impl<T: Table, P: Patch<T> + ?Sized> Patch<T> for &P {
    fn __write(&self, out: &mut PatchWriter<'_, T>) {
        (**self).__write(out);
    }
}

/// Reads a field of a patch, for serde: what is there is given, `null` too.
///
/// Serde reads a `null` for `Option<Option<T>>` as the outer `None`, which leaves the column as it is. With this, and
/// `default` for what is not there, `{"note": null}` sets the note to NULL and `{}` leaves it.
///
/// Give it to the fields of columns that are NOT NULL as well: a `null` for one of these is an error then, where serde by
/// itself would pass it over as if nothing had been given.
///
/// # Errors
/// What is no `T`.
///
/// ```
/// use crdb_orm::prelude::*;
///
/// #[derive(CrdbTable, Debug)]
/// #[crdb(table = "orders")]
/// struct Order {
///     #[crdb(primary_key)]
///     id: Uuid,
///     total: i64,
///     note: Option<String>,
/// }
///
/// #[derive(CrdbPatch, serde::Deserialize)]
/// #[crdb(table = Order)]
/// struct OrderPatch {
///     #[serde(default, deserialize_with = "crdb_orm::query::given")]
///     total: Option<i64>,
///     #[serde(default, deserialize_with = "crdb_orm::query::given")]
///     note: Option<Option<String>>,
/// }
///
/// # fn main() -> Result<(), serde_json::Error> {
/// assert_eq!(serde_json::from_str::<OrderPatch>(r#"{"note": null}"#)?.note, Some(None));
/// assert_eq!(serde_json::from_str::<OrderPatch>("{}")?.note, None);
/// assert!(serde_json::from_str::<OrderPatch>(r#"{"total": null}"#).is_err());
/// # Ok(())
/// # }
/// ```
pub fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// What a column of field type `F` can be set to by a patch: the same type, or the plain one of a column that may be NULL.
#[diagnostic::on_unimplemented(
    message = "a patch cannot set a column of type `{F}` to `{Self}`",
    label = "the column is of type `{F}`",
    note = "a field of a patch is `Option<{F}>`; the outer `Option` says whether the column is set"
)]
pub trait PatchValue<F>: Field {}

impl<F: Field> PatchValue<F> for F {}
impl<B: SqlType> PatchValue<Option<B>> for B {}

/// Where a patch puts its values.
#[doc(hidden)]
pub struct PatchWriter<'w, T>(To<'w>, PhantomData<fn() -> T>);

enum To<'w> {
    /// An update of one row.
    Update(&'w mut Assignments),
    /// A row among many. Every patch has the same columns then, with a flag for each that may be left out.
    Row(&'w mut RowWriter<'w>),
    /// Only looks whether there is any.
    Nothing(&'w mut bool),
}

impl<T> PatchWriter<'_, T> {
    /// A column that is set if it is given.
    pub fn maybe<F, V: PatchValue<F>>(&mut self, column: Column<T, F>, value: Option<&V>) {
        match (&mut self.0, value) {
            (To::Row(row), value) => {
                row.maybe(column.name(), value);
                in_scale(row, column);
            }
            (_, Some(_)) => self.always(column, value),
            (_, None) => {}
        }
    }

    /// A column that is always set.
    pub fn always<F, V: PatchValue<F>>(&mut self, column: Column<T, F>, value: Option<&V>) {
        let Some(value) = value else { return };
        match &mut self.0 {
            To::Update(assignments) => {
                assignments.assign(column.name(), column.assigned(Node::Value(value.to_value())));
            }
            To::Row(row) => {
                row.push(column.name(), value);
                in_scale(row, column);
            }
            To::Nothing(any) => **any = true,
        }
    }
}

fn in_scale<T, F>(row: &mut RowWriter<'_>, column: Column<T, F>) {
    if let Some(scale) = column.scale() {
        row.in_scale(column.name(), scale);
    }
}

impl<T> std::fmt::Debug for PatchWriter<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PatchWriter")
    }
}

/// Writes a patch into an update of one row.
pub(super) fn assign<T: Table>(patch: &impl Patch<T>, assignments: &mut Assignments) {
    assignments.patched();
    patch.__write(&mut PatchWriter(To::Update(assignments), PhantomData));
}

/// Writes a patch into a row among many.
pub(super) fn append<T: Table>(patch: &impl Patch<T>, row: &mut RowWriter<'_>) {
    patch.__write(&mut PatchWriter(To::Row(&mut row.again()), PhantomData));
}
