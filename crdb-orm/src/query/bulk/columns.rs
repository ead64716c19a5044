//! The rows of a batch, column by column, as arrays of the server's binary format.
//!
//! A row's values are appended to the arrays as they come: nothing is allocated for a value, and a full batch is sent
//! as it lies in memory.

use std::collections::HashSet;

use bytes::{BufMut, BytesMut};
use postgres_types::IsNull;

use crate::error::{Error, Result};
use crate::exec::Label;
use crate::schema::ColumnType;
use crate::types::{ARRAY_HEADER, BoxError, Field, TakesFields, Value, refuse_rounded};

/// The memory of a column at first. What is longer than 1,032 bytes, glibc has not at hand, and some ten rows need no more.
const AT_FIRST: usize = 1_000;

/// The length of a NULL.
const NULL: i32 = -1;

/// What a column of a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The value of the table's column of that name.
    Value,
    /// The same, where a flag says whether it is given.
    Maybe,
    /// The flag.
    Given,
    /// The number of the row.
    Number,
}

impl Role {
    fn is_value(self) -> bool {
        matches!(self, Self::Value | Self::Maybe)
    }
}

/// One column of a batch.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: &'static str,
    /// What it is of the rows.
    pub(super) role: Role,
    /// The type of its array; the element's own is inside.
    array: ColumnType,
    pub(super) ty: ColumnType,
    data: BytesMut,
    nulls: bool,
    /// The length of the data before the last value.
    mark: usize,
}

impl Column {
    fn new(name: &'static str, role: Role, ty: ColumnType, array: ColumnType) -> Self {
        let mut data = BytesMut::with_capacity(AT_FIRST);
        data.put_bytes(0, ARRAY_HEADER);
        Self { name, role, array, ty, data, nulls: false, mark: ARRAY_HEADER }
    }

    fn append(&mut self, value: Option<&impl Field>) -> Result<(), BoxError> {
        let start = self.data.len();
        self.mark = start;
        self.data.put_i32(NULL);
        let null = value.map_or(Ok(IsNull::Yes), |value| value.__append(&mut self.data))?;
        match null {
            IsNull::Yes => self.nulls = true,
            IsNull::No => {
                let length = i32::try_from(self.data.len() - start - 4)?;
                if let Some(slot) = self.data.get_mut(start..start + 4) {
                    slot.copy_from_slice(&length.to_be_bytes());
                }
            }
        }
        Ok(())
    }

    /// The values of the column, in the order of the rows; `None` is NULL.
    pub(super) fn elements(&self) -> Elements<'_> {
        Elements(self.data.get(ARRAY_HEADER..).unwrap_or_default())
    }

    /// The whole column as one array.
    pub(super) fn into_value(self, rows: usize) -> Value {
        let rows = i32::try_from(rows).unwrap_or(i32::MAX);
        Value::array(self.array, self.data.into(), rows, self.nulls)
    }
}

/// The values of a column.
pub(super) struct Elements<'c>(&'c [u8]);

impl<'c> Iterator for Elements<'c> {
    type Item = Option<&'c [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            self.0 = rest;
            return Some(None);
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(Some(value))
    }
}

/// Rows that are written together, all of the same columns.
#[derive(Debug, Default)]
pub(in crate::query) struct Columns {
    list: Vec<Column>,
    rows: usize,
    /// Where the next value of the row that is being written belongs.
    at: usize,
    /// The bytes before the last row.
    mark: usize,
    bytes: usize,
    /// Whether the keys of all rows were made for this insert alone.
    keyed: bool,
    /// Whether the key of the row that is being written was.
    row_keyed: bool,
    /// Whether the columns are those of rows before.
    fixed: bool,
    /// What is wrong with the row that is being written.
    wrong: Option<Wrong>,
}

/// What is wrong with a row.
#[derive(Debug)]
pub(super) enum Wrong {
    /// A value that cannot be encoded.
    Value(&'static str, String),
    /// A column that the rows before have not.
    More(&'static str),
    /// A column that the rows before have.
    Less(&'static str),
    /// Whatever else.
    Failed(Box<Error>),
}

impl Columns {
    pub(super) fn list(&self) -> &[Column] {
        &self.list
    }

    pub(in crate::query) fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns there are.
    pub(in crate::query) fn columns(&self) -> usize {
        self.list.len()
    }

    /// Their names.
    pub(in crate::query) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.list.iter().map(|column| column.name)
    }

    /// The bytes of its values.
    pub(in crate::query) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The bytes of its last row.
    pub(super) fn last_row(&self) -> usize {
        self.bytes - self.mark
    }

    /// Whether the keys of all rows were made for this insert alone.
    pub(in crate::query) fn keyed(&self) -> bool {
        self.keyed && self.rows > 0
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|column| column.name == name && column.role.is_value())
    }

    /// Whether a column holds arrays, which no server takes as an array of arrays.
    pub(in crate::query) fn nested(&self) -> bool {
        self.list.iter().any(|column| matches!(column.ty, ColumnType::Array(_)))
    }

    pub(super) fn begin_row(&mut self) {
        self.at = 0;
        self.mark = self.bytes;
        self.row_keyed = false;
    }

    /// `None` is NULL.
    fn push<F: Field>(&mut self, name: &'static str, role: Role, value: Option<&F>) {
        if self.wrong.is_some() {
            return;
        }
        // Mostly it is the same text at the same place.
        let is_next =
            |column: &Column| column.role == role && (std::ptr::eq(column.name, name) || column.name == name);
        if !self.list.get(self.at).is_some_and(is_next) {
            let array = const { ColumnType::Array(&F::TYPE) };
            if !self.open(name, role, F::TYPE, array) {
                return;
            }
        }
        let Some(column) = self.list.get_mut(self.at) else { return };
        if let Err(why) = column.append(value) {
            self.wrong = Some(Wrong::Value(name, why.to_string()));
            return;
        }
        self.bytes += column.data.len() - column.mark;
        self.at += 1;
    }

    /// Begins a column, as the first row may.
    #[cold]
    fn open(&mut self, name: &'static str, role: Role, ty: ColumnType, array: ColumnType) -> bool {
        if !self.fixed && self.at == self.list.len() {
            self.list.push(Column::new(name, role, ty, array));
            return true;
        }
        let known = self.position(name).is_some_and(|position| position > self.at);
        self.wrong = Some(match self.list.get(self.at) {
            Some(expected) if known => Wrong::Less(expected.name),
            _ => Wrong::More(name),
        });
        false
    }

    /// Says that the row cannot be had.
    pub(super) fn fail(&mut self, error: Error) {
        self.wrong.get_or_insert(Wrong::Failed(Box::new(error)));
    }

    /// Takes the row that was written, or says what is wrong with it.
    pub(super) fn end_row(&mut self) -> Result<(), Wrong> {
        if self.wrong.is_none()
            && let Some(missing) = self.list.get(self.at)
        {
            self.wrong = Some(Wrong::Less(missing.name));
        }
        if let Some(wrong) = self.wrong.take() {
            return Err(wrong);
        }
        self.fixed = true;
        self.keyed = self.row_keyed && (self.keyed || self.rows == 0);
        self.rows += 1;
        Ok(())
    }

    /// Takes the last row away into a batch of its own.
    pub(super) fn split_last(&mut self) -> Self {
        let columns = self.list.iter_mut().map(|column| {
            let last = column.data.split_off(column.mark);
            let mut other = Column::new(column.name, column.role, column.ty, column.array);
            other.nulls = Elements(&last).next() == Some(None);
            other.data.extend_from_slice(&last);
            other
        });
        let list = columns.collect();
        let bytes = self.bytes - self.mark;
        self.rows -= 1;
        self.bytes = self.mark;
        Self { list, rows: 1, bytes, keyed: self.row_keyed, fixed: true, ..Self::default() }
    }

    /// Forgets the last row.
    pub(super) fn drop_last(&mut self) {
        self.rows -= 1;
        self.bytes = self.mark;
    }

    /// Takes in the rows of another batch if they have the same columns; else gives them back.
    pub(in crate::query) fn append(&mut self, other: Self) -> Option<Self> {
        let same = |(a, b): (&Column, &Column)| a.name == b.name && a.role == b.role && a.ty == b.ty;
        if self.list.len() != other.list.len() || !self.list.iter().zip(&other.list).all(same) {
            return Some(other);
        }
        for (column, more) in self.list.iter_mut().zip(&other.list) {
            column.data.extend_from_slice(more.data.get(ARRAY_HEADER..).unwrap_or_default());
            column.nulls |= more.nulls;
        }
        self.rows += other.rows;
        self.bytes += other.bytes;
        self.keyed &= other.keyed;
        None
    }

    /// One row alone.
    pub(in crate::query) fn one(write: impl FnOnce(&mut RowWriter<'_>), label: Label) -> Result<Self> {
        let mut columns = Self::default();
        columns.begin_row();
        write(&mut RowWriter::new(&mut columns));
        match columns.end_row() {
            Ok(()) => Ok(columns),
            Err(Wrong::Failed(error)) => Err(error.with_label(label)),
            Err(wrong) => Err(wrong.at(0, label)),
        }
    }

    /// The value of a column in the first row: `None` where it is not given, or NULL.
    pub(in crate::query) fn first(&self, name: &str) -> Option<&[u8]> {
        self.list.get(self.position(name)?)?.elements().next().flatten()
    }

    /// A batch for the rows that follow, of the same columns.
    pub(super) fn next(&self) -> Self {
        let columns = self.list.iter().map(|column| {
            let mut next = Column::new(column.name, column.role, column.ty, column.array);
            next.data.reserve(column.data.len());
            next
        });
        Self { list: columns.collect(), fixed: true, ..Self::default() }
    }

    /// One array for each column.
    pub(super) fn into_arrays(self) -> Vec<Value> {
        let rows = self.rows;
        self.list.into_iter().map(|column| column.into_value(rows)).collect()
    }

    /// One value for each column of each row, row by row.
    pub(super) fn into_cells(self) -> Vec<Value> {
        let mut columns: Vec<_> = self.list.iter().map(|column| (column.ty, column.elements())).collect();
        let mut cells = Vec::with_capacity(self.rows * columns.len());
        for _ in 0..self.rows {
            for (ty, elements) in &mut columns {
                cells.push(match elements.next().flatten() {
                    Some(value) => Value::encoded(*ty, value.to_vec()),
                    None => Value::null(*ty),
                });
            }
        }
        cells
    }

    /// The values of some columns in each row, put together so that they can be compared; `None` where one is NULL.
    pub(super) fn keys(&self, positions: &[usize]) -> Vec<Option<Vec<u8>>> {
        let columns = positions.iter().filter_map(|position| self.list.get(*position));
        let mut columns: Vec<_> = columns.map(Column::elements).collect();
        let key = |_| columns.iter_mut().try_fold(Vec::new(), |key, column| join(key, column.next()??));
        (0..self.rows).map(key).collect()
    }

    /// The first two rows that are equal in these columns, none of which is NULL.
    pub(super) fn duplicate(&self, positions: &[usize]) -> Option<(usize, usize)> {
        let keys = self.keys(positions);
        let mut seen = HashSet::with_capacity(keys.len());
        let second = keys.iter().position(|key| key.as_ref().is_some_and(|key| !seen.insert(key)))?;
        let first = keys.iter().position(|key| Some(key) == keys.get(second))?;
        Some((first, second))
    }
}

/// Adds a value to a key: its length before it, so that no two keys run into each other.
#[expect(clippy::unnecessary_wraps, reason = "the shape that a fold needs")]
fn join(mut key: Vec<u8>, value: &[u8]) -> Option<Vec<u8>> {
    key.put_u32(u32::try_from(value.len()).unwrap_or(u32::MAX));
    key.put_slice(value);
    Some(key)
}

/// The same for a row that was read.
pub(super) fn joined<'v>(values: impl IntoIterator<Item = Option<&'v [u8]>>) -> Option<Vec<u8>> {
    values.into_iter().try_fold(Vec::new(), |key, value| join(key, value?))
}

/// Where a row of a bulk write puts its values.
#[derive(Debug)]
#[doc(hidden)]
pub struct RowWriter<'c>(&'c mut Columns);

impl TakesFields for RowWriter<'_> {
    fn take<F: Field>(&mut self, column: &'static str, value: &F) {
        self.push(column, value);
    }
}

impl<'c> RowWriter<'c> {
    pub(super) fn new(columns: &'c mut Columns) -> Self {
        Self(columns)
    }

    /// Adds a column's value.
    pub(in crate::query) fn push<F: Field>(&mut self, column: &'static str, value: &F) {
        self.0.push(column, Role::Value, Some(value));
    }

    /// Adds a column's value that may be left out, and whether it is.
    pub(in crate::query) fn maybe<F: Field>(&mut self, column: &'static str, value: Option<&F>) {
        self.0.push(column, Role::Maybe, value);
        self.0.push(column, Role::Given, Some(&value.is_some()));
    }

    /// Adds a column's value as it lies in another row.
    pub(in crate::query) fn push_raw(
        &mut self,
        name: &'static str,
        (ty, array): (ColumnType, ColumnType),
        raw: &[u8],
    ) {
        let mut column = Column::new(name, Role::Value, ty, array);
        column.data.put_i32(i32::try_from(raw.len()).unwrap_or(i32::MAX));
        column.data.put_slice(raw);
        self.0.bytes += raw.len() + 4;
        self.0.at += 1;
        self.0.list.push(column);
    }

    /// Refuses the value of a column that was given just now, where it has more digits behind the point than the column keeps.
    pub fn in_scale(&mut self, name: &'static str, scale: u16) {
        let columns = &mut *self.0;
        if columns.wrong.is_some() {
            return;
        }
        let given = columns.list.get(..columns.at).unwrap_or_default().iter().rev();
        let column = given.take(2).find(|column| column.name == name && column.role.is_value());
        let value = |column: &Column| {
            let raw = Elements(column.data.get(column.mark..)?).next()??;
            refuse_rounded(column.ty, raw, scale).err()
        };
        if let Some(why) = column.and_then(value) {
            columns.wrong = Some(Wrong::Value(name, why.to_string()));
        }
    }

    /// Adds the number of the row.
    pub(super) fn number(&mut self, number: i64) {
        self.0.push("row", Role::Number, Some(&number));
    }

    /// The same writer, for a shorter time.
    pub(in crate::query) fn again(&mut self) -> RowWriter<'_> {
        RowWriter(self.0)
    }

    /// Says that a random part of the row's key was made for this insert alone.
    pub fn keyed(&mut self) {
        self.0.row_keyed = true;
    }

    /// Says that there is no such row.
    pub fn fail(&mut self, error: Error) {
        self.0.fail(error);
    }
}

impl Wrong {
    /// The error, for the row of this number.
    pub(super) fn at(self, row: u64, label: Label) -> Error {
        let error = match self {
            Self::Failed(error) => return (*error).with_context(format!("row {row}, counted from 0")),
            Self::Value(column, why) => {
                return Error::invalid_value(label, Some(column), why)
                    .with_context(format!("row {row}, counted from 0"));
            }
            Self::More(column) => format!("row {row} gives `{column}`, which the rows before it do not"),
            Self::Less(column) => {
                format!("row {row} does not give `{column}`, which the rows before it give")
            }
        };
        Error::invalid_statement(label, error)
            .with_advice("give every row the same columns: what a row may leave out can also be given as its default or `None`")
    }
}
