//! Optimistic locking: rows that count their changes, and writes that only take effect on the version that was read.

use super::guard::Deleted;
use super::missed::Missed;
use super::node::{Node, Operator};
use super::table::Table;
use super::writer::Writer;
use crate::error::{Error, Result};
use crate::exec::{Class, Handle, Label, Statement};
use crate::types::{Field, Value};

/// A table whose rows count their changes: one of its columns is `#[crdb(version)]`.
///
/// Every update through the library adds one to it. A write with `.version(..)` changes nothing unless the row is still
/// at that version; the error says whether the row has changed (`is_stale`) or is gone (`is_not_found`).
///
/// ```no_run
/// use crdb_orm::prelude::*;
///
/// #[derive(CrdbTable, Debug, Clone)]
/// #[crdb(table = "documents")]
/// struct Document {
///     #[crdb(primary_key)]
///     id: Uuid,
///     text: String,
///     #[crdb(version)]
///     version: i64,
/// }
///
/// # async fn example(db: Database, seen: Document, text: String) -> crdb_orm::Result<()> {
/// let saved = Document::update(seen.id).version(seen.version).set(Document::TEXT, text).one(&db).await;
/// match saved {
///     Err(error) if error.is_stale() => println!("somebody else was faster: show both texts"),
///     saved => println!("version {} is saved", saved?.version),
/// }
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` counts no versions",
    note = "mark the column that counts them: `#[crdb(version)] version: i64`"
)]
pub trait Versioned: Table {
    /// The type of the column.
    type Version: VersionNumber;
}

/// A whole number that counts versions: `i16`, `i32` or `i64`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot count versions",
    note = "a version is an `i64` (or `i32`, `i16`)"
)]
pub trait VersionNumber: Field + Copy + sealed::Sealed {
    #[doc(hidden)]
    fn __number(self) -> i64;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl sealed::Sealed for $number {}
        impl VersionNumber for $number {
            fn __number(self) -> i64 {
                i64::from(self)
            }
        }
    )*};
}

numbers!(i16, i32, i64);

/// The version that a write wants to find.
#[derive(Debug)]
pub(super) struct Expected {
    value: Value,
    number: i64,
}

impl Expected {
    pub(super) fn new<V: VersionNumber>(version: V) -> Self {
        Self { value: version.to_value(), number: version.__number() }
    }

    /// The version that a row holds.
    pub(super) fn of(value: Value) -> Option<Self> {
        let bytes = value.bytes()?;
        let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { -1 } else { 0 };
        let number = bytes.iter().fold(sign, |number: i64, byte| (number << 8) | i64::from(*byte));
        Some(Self { value, number })
    }

    /// ` AND version = $n`.
    pub(super) fn write<T: Table>(&self, writer: &mut Writer) {
        if let Some(column) = T::__VERSION {
            writer.push(" AND ").ident(column).push(" = ").value(self.value.clone());
        }
    }

    /// What `$n` stands for.
    pub(super) fn into_value(self) -> Value {
        self.value
    }
}

/// The class of a write that may name a version.
pub(super) fn class(expected: Option<&Expected>) -> Class {
    if expected.is_some() { Class::Versioned } else { Class::Write }
}

/// The assignment that counts a change.
pub(super) fn bump<T: Table>() -> Option<(&'static str, Node)> {
    let column = T::TABLE.column(T::__VERSION?)?;
    let sum = Node::binary(Operator::ADD, Node::Of(&T::TABLE.name, column.name), Node::Constant("1"));
    Some((column.name, Node::Cast(Box::new(sum), column.ty)))
}

/// A row that a write has looked for by its key and its version.
#[derive(Debug)]
#[doc(hidden)]
pub struct Sought {
    key: Vec<Value>,
    number: i64,
    deleted: Deleted,
    label: Label,
    /// The read of the version that it is at now.
    look: fn(&Self) -> Statement,
}

impl Sought {
    /// What no row means to a write by key: a row that is looked for afterwards, among these, where it names a version.
    pub(super) fn missed_by<T: Table>(
        key: &[Value],
        expected: Option<&Expected>,
        deleted: Deleted,
        label: Label,
    ) -> Missed {
        let Some(Expected { number, .. }) = expected else { return Missed::None };
        Missed::AtVersion(Self { key: key.to_vec(), number: *number, deleted, label, look: Self::look::<T> })
    }

    fn look<T: Table>(&self) -> Statement {
        let mut writer = Writer::new("SELECT ");
        writer.ident(T::__VERSION.unwrap_or_default()).push("::INT8 FROM ").name(&T::NAME);
        for (i, (column, value)) in T::KEY_COLUMNS.iter().zip(&self.key).enumerate() {
            writer
                .push(if i == 0 { " WHERE " } else { " AND " })
                .ident(column)
                .push(" = ")
                .value(value.clone());
        }
        writer.and(T::__GUARD.condition(T::NAME, self.deleted));
        writer.finish(Class::Read, self.label)
    }

    /// Why a write has not found it: nothing is wrong where it is gone.
    ///
    /// # Errors
    /// Stale where it is at another version, or those of a read.
    pub(super) async fn missed(&self, handle: Handle<'_>) -> Result<()> {
        let rows = handle.rows(&(self.look)(self)).await?;
        let Some(row) = rows.first() else { return Ok(()) };
        Err(Error::stale(self.label, self.number, row.try_get::<_, i64>(0).ok()))
    }

    /// What is known without a look.
    pub(super) fn gone_or_stale(&self) -> Error {
        Error::gone_or_stale(self.label)
    }
}
