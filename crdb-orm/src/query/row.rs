//! Rows into structs, by column index.

use postgres_types::{FromSql, Type};
use tokio_postgres::Row;

use super::table::Table;
use crate::error::{Error, Kind, Result};
use crate::exec::{Expects, Handle, Label, Only, OwnColumns, Statement};
use crate::schema::const_check::type_name;
use crate::schema::{ColumnDef, ColumnType};
use crate::types::{BoxError, Field, accepts, sql_name};

/// A row of a result, read by column index.
#[derive(Debug)]
pub struct RowReader<'a> {
    row: &'a Row,
    label: Label,
    /// Where the columns begin that are meant: a row may hold several structs.
    start: usize,
}

impl<'a> RowReader<'a> {
    pub(crate) const fn new(row: &'a Row, label: Label) -> Self {
        Self { row, label, start: 0 }
    }

    /// The same row from a column on.
    pub(super) const fn from(&self, column: usize) -> Self {
        Self { row: self.row, label: self.label, start: self.start + column }
    }

    /// Whether a column is NULL.
    pub(super) fn is_null(&self, index: usize) -> bool {
        matches!(self.row.try_get(self.start + index), Ok(Raw(None)))
    }

    /// Reads a column.
    ///
    /// # Errors
    /// When there is no such column, when its type is not the field's, when it is NULL and the field is not an
    /// `Option`, or when the value has no place in the field's type. The error names table and column.
    pub fn get<F: Field>(&self, index: usize) -> Result<F> {
        self.read(index, F::TYPE, F::from_raw)
    }

    /// [`get`](Self::get) without a bound, so that a field without SQL type is one error of the compiler and not many.
    // Inlined, type and decoder are constants: what is left are a comparison and the decoding.
    #[expect(
        clippy::inline_always,
        reason = "left to itself, the compiler keeps it apart and asks for both each time"
    )]
    #[inline(always)]
    #[doc(hidden)]
    pub fn read<F>(
        &self,
        index: usize,
        ty: ColumnType,
        from_raw: fn(Option<&[u8]>) -> Result<F, BoxError>,
    ) -> Result<F> {
        let index = self.start + index;
        match self.row.columns().get(index) {
            Some(column) if accepts(ty, column.type_()) => match self.row.try_get::<_, Raw<'_>>(index) {
                Ok(raw) => from_raw(raw.0).map_err(|why| self.unreadable(index, ty, why)),
                Err(error) => Err(self.unreadable(index, ty, error.into())),
            },
            _ => Err(self.unfit(index, ty)),
        }
    }

    #[cold]
    fn unreadable(&self, index: usize, ty: ColumnType, why: BoxError) -> Error {
        let name = self.row.columns().get(index).map_or("?", tokio_postgres::Column::name);
        Error::decode(self.label, name, type_name(&ty), why)
    }

    #[cold]
    fn unfit(&self, index: usize, ty: ColumnType) -> Error {
        let Some(column) = self.row.columns().get(index) else {
            let has = self.row.columns().len();
            let message = format!(
                "there is no column {} to be read as {}: the result has {}",
                index + 1,
                type_name(&ty),
                if has == 1 { "one column".to_owned() } else { format!("{has} columns") }
            );
            return Error::of_kind(Kind::Decode, message).with_label(self.label);
        };
        self.unreadable(index, ty, format!("it is {} in the database", sql_name(column.type_())).into())
    }

    /// Checks that the result has the columns that are read.
    fn check(&self, expects: &Expects) -> Result<()> {
        let names = self.row.columns().iter().map(tokio_postgres::Column::name);
        match expects.refuse(&names) {
            None => Ok(()),
            Some(why) => Err(Error::of_kind(Kind::InvalidStatement, why).with_label(self.label)),
        }
    }
}

/// The bytes of a column, whatever its type: the reader has checked it.
pub(super) struct Raw<'a>(pub(super) Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        Ok(Self(Some(if *ty == Type::BPCHAR { without_blanks(raw) } else { raw })))
    }

    fn from_sql_null(_: &Type) -> Result<Self, BoxError> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A CHAR(n) comes filled up with blanks, which are no part of its value.
#[cold]
fn without_blanks(raw: &[u8]) -> &[u8] {
    let end = raw.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
    raw.get(..end).unwrap_or(raw)
}

/// The bytes of a column as they came, for a parameter of the same type.
pub(crate) fn raw(row: &Row, index: usize, label: Label) -> Result<Option<Vec<u8>>> {
    let raw: Raw<'_> = row.try_get(index).map_err(|error| {
        let name = row.columns().get(index).map_or("?", tokio_postgres::Column::name);
        Error::decode(label, name, "bytes", error)
    })?;
    Ok(raw.0.map(<[u8]>::to_vec))
}

/// A type that a result row can be read into.
///
/// `#[derive(CrdbTable)]` and `#[derive(CrdbRow)]` make it; tuples of up to eight fields have it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    note = "put `#[derive(CrdbRow)]` on the struct, or read into a tuple such as `(Uuid, i64)`; one column alone is `(i64,)`"
)]
pub trait FromRow: Sized + Send + 'static {
    /// The names of the columns, in order; empty where names do not matter (tuples).
    const NAMES: &'static [&'static str];

    /// How many columns are read.
    #[doc(hidden)]
    const __COUNT: usize = Self::NAMES.len();

    /// What the columns are read as, in order; none where that is not known before they are read.
    #[doc(hidden)]
    const __TYPES: &'static [ColumnType] = &[];

    /// The same of a table.
    #[doc(hidden)]
    const __COLUMNS: &'static [ColumnDef] = &[];

    /// Reads a row.
    ///
    /// # Errors
    /// See [`RowReader::get`].
    fn from_row(row: &RowReader<'_>) -> Result<Self>;
}

/// Reads all rows of a result whose columns the library itself has named.
pub(crate) fn read_all<R: FromRow>(rows: &[Row], label: Label) -> Result<Vec<R>> {
    read_each(rows, label, R::from_row)
}

/// Reads each row of a result, into memory that is there at once: their number is known.
pub(super) fn read_each<R>(
    rows: &[Row],
    label: Label,
    read: impl Fn(&RowReader<'_>) -> Result<R>,
) -> Result<Vec<R>> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(read(&RowReader::new(row, label))?);
    }
    Ok(all)
}

/// Reads the only row of an answer whose columns the library itself has named, if there is one.
pub(super) fn only_row<R: FromRow>(
    handle: Handle<'_>,
    statement: &Statement,
    only: Only,
) -> Result<Option<R>> {
    let label = statement.label;
    let read = |row: Option<Row>| row.map(|row| R::from_row(&RowReader::new(&row, label))).transpose();
    handle.answered(statement, only.row(label).and_then(read))
}

/// What columns a result of the caller's own text must have to be read as this.
pub(crate) const fn expects<R: FromRow>() -> Expects {
    Expects::Own(
        const { &OwnColumns { count: R::__COUNT, names: R::NAMES, types: R::__TYPES, table: R::__COLUMNS } },
    )
}

/// What is read of a write of the library's own, which returns whole rows or nothing.
pub(in crate::query) const fn rows_of<T: Table>(returning: bool) -> Expects {
    if returning { Expects::Rows(T::TABLE) } else { Expects::Any }
}

/// Reads all rows of a result whose columns the caller has named. Where the statement was prepared they were checked
/// before it ran; where it was sent whole they are only known now.
pub(crate) fn read_all_checked<R: FromRow>(rows: &[Row], label: Label) -> Result<Vec<R>> {
    if let Some(first) = rows.first() {
        RowReader::new(first, label).check(&expects::<R>())?;
    }
    read_all(rows, label)
}

/// The only row of a result, if there is one.
pub(crate) fn at_most_one<R>(rows: Vec<R>, label: Label) -> Result<Option<R>> {
    let mut rows = rows.into_iter();
    match (rows.next(), rows.next()) {
        (first, None) => Ok(first),
        (_, Some(_)) => Err(Error::too_many_rows(label)),
    }
}

/// The only row of a result.
pub(crate) fn one_of<R>(rows: Vec<R>, label: Label) -> Result<R> {
    at_most_one(rows, label)?.ok_or_else(|| Error::not_found(label))
}

macro_rules! tuple {
    ($($field:ident $index:tt),*) => {
        impl<$($field: Field),*> FromRow for ($($field,)*) {
            const NAMES: &'static [&'static str] = &[];
            const __COUNT: usize = [$($index),*].len();
            const __TYPES: &'static [ColumnType] = &[$($field::TYPE),*];

            fn from_row(row: &RowReader<'_>) -> Result<Self> {
                Ok(($(row.get::<$field>($index)?,)*))
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
