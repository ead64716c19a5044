//! The keys of the rows that a level starts from: each once, as arrays of the server's binary format.

use std::collections::HashMap;

use bytes::{BufMut, BytesMut};
use postgres_types::IsNull;
use tokio_postgres::Row;

use crate::query::row::Raw;
use crate::schema::ColumnType;
use crate::types::{ARRAY_HEADER, Field, TakesFields, Value, text_cast};

/// The most bytes of keys in one statement: CockroachDB takes messages of 16 MiB (`sql.conn.max_read_buffer_message_size`).
const MAX_BYTES: usize = 4 << 20;

/// The type of a column of a key, and that of an array of them.
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
pub struct KeyType {
    pub(in crate::query) ty: ColumnType,
    pub(in crate::query) array: ColumnType,
}

impl KeyType {
    /// That of a field.
    pub const fn new(ty: ColumnType, array: ColumnType) -> Self {
        Self { ty, array }
    }
}

/// Where a row puts its key.
#[derive(Debug)]
#[doc(hidden)]
pub struct KeyWriter<'k> {
    out: &'k mut BytesMut,
    null: bool,
    wrong: Option<String>,
}

impl<'k> KeyWriter<'k> {
    pub(super) fn new(out: &'k mut BytesMut) -> Self {
        out.clear();
        Self { out, null: false, wrong: None }
    }

    /// Whether there is a key: a NULL in it refers to nothing.
    pub(super) fn finish(self) -> Result<bool, String> {
        self.wrong.map_or(Ok(!self.null), Err)
    }
}

/// It adds columns, in their order.
impl TakesFields for KeyWriter<'_> {
    fn take<F: Field>(&mut self, _: &'static str, value: &F) {
        let start = self.out.len();
        self.out.put_i32(0);
        match value.__append(self.out) {
            Ok(IsNull::Yes) => self.null = true,
            Ok(IsNull::No) => {
                // No value is longer: the server takes none of half that length.
                let length = i32::try_from(self.out.len() - start - 4).unwrap_or(i32::MAX);
                if let Some(slot) = self.out.get_mut(start..start + 4) {
                    slot.copy_from_slice(&length.to_be_bytes());
                }
            }
            Err(why) => self.wrong = Some(why.to_string()),
        }
    }
}

/// The keys of the rows of a level.
pub(super) struct Keys {
    types: &'static [KeyType],
    scratch: BytesMut,
    /// The number of each key.
    numbers: HashMap<Box<[u8]>, usize>,
    /// The last row of each key, and for each row the one before it of the same key.
    last: Vec<usize>,
    before: Vec<usize>,
    batches: Vec<Batch>,
    /// The key that was looked for last, and the last row of it.
    found_key: BytesMut,
    found: Option<usize>,
}

/// Keys that go out in one statement.
struct Batch {
    columns: Vec<Vec<u8>>,
    rows: i32,
    bytes: usize,
}

const NONE: usize = usize::MAX;

impl Keys {
    pub(super) fn new<P>(
        rows: &[P],
        types: &'static [KeyType],
        write: fn(&P, &mut KeyWriter<'_>),
    ) -> Result<Self, String> {
        let mut keys = Self {
            types,
            scratch: BytesMut::with_capacity(64),
            numbers: HashMap::with_capacity(rows.len()),
            last: Vec::with_capacity(rows.len()),
            before: vec![NONE; rows.len()],
            batches: Vec::new(),
            found_key: BytesMut::new(),
            found: None,
        };
        for (i, row) in rows.iter().enumerate() {
            let mut writer = KeyWriter::new(&mut keys.scratch);
            write(row, &mut writer);
            if writer.finish()? {
                keys.add(i);
            }
        }
        Ok(keys)
    }

    /// Adds the key that was written, for the row of that number.
    fn add(&mut self, row: usize) {
        let next = self.last.len();
        if let Some(number) = self.numbers.get(&*self.scratch) {
            if let (Some(last), Some(before)) = (self.last.get_mut(*number), self.before.get_mut(row)) {
                *before = std::mem::replace(last, row);
            }
            return;
        }
        self.numbers.insert((*self.scratch).into(), next);
        self.last.push(row);
        let columns = self.types.len();
        if self.batches.last().is_none_or(|batch| batch.bytes >= MAX_BYTES) {
            let columns = vec![vec![0; ARRAY_HEADER]; columns];
            self.batches.push(Batch { columns, rows: 0, bytes: 0 });
        }
        let Some(batch) = self.batches.last_mut() else { return };
        let mut rest: &[u8] = &self.scratch;
        batch.bytes += rest.len();
        batch.rows += 1;
        for column in &mut batch.columns {
            let length = rest.first_chunk::<4>().map_or(0, |length| i32::from_be_bytes(*length));
            let end = 4 + usize::try_from(length).unwrap_or(0);
            let Some((element, others)) = rest.split_at_checked(end) else { return };
            column.extend_from_slice(element);
            rest = others;
        }
    }

    /// The arrays of each statement, one for each column of the key.
    pub(super) fn take_arrays(&mut self) -> Vec<Vec<Value>> {
        let types = self.types;
        let arrays = |batch: Batch| {
            batch
                .columns
                .into_iter()
                .zip(types)
                .map(|(data, ty)| Value::array(ty.array, data, batch.rows, false))
                .collect()
        };
        std::mem::take(&mut self.batches).into_iter().map(arrays).collect()
    }

    /// The rows to which a row of the answer belongs, by the columns of its key; `None` if nobody asked for it.
    pub(super) fn owners(
        &mut self,
        row: &Row,
        at: &[usize],
    ) -> Result<Option<Owners<'_>>, tokio_postgres::Error> {
        // Rows of one owner mostly come one after the other.
        if !self.is_found(row, at)? {
            self.scratch.clear();
            for column in at {
                let raw = key(row, *column)?;
                self.scratch.put_i32(i32::try_from(raw.len()).unwrap_or(i32::MAX));
                self.scratch.extend_from_slice(raw);
            }
            self.found = self.numbers.get(&*self.scratch).and_then(|number| self.last.get(*number)).copied();
            std::mem::swap(&mut self.scratch, &mut self.found_key);
        }
        Ok(self.found.map(|last| Owners { next: last, before: &self.before }))
    }

    /// Whether the key of a row is the one that was looked for last.
    fn is_found(&self, row: &Row, at: &[usize]) -> Result<bool, tokio_postgres::Error> {
        if self.found.is_none() {
            return Ok(false);
        }
        let mut rest: &[u8] = &self.found_key;
        if let [column] = at {
            return Ok(rest.get(4..) == Some(key(row, *column)?));
        }
        for column in at {
            let raw = key(row, *column)?;
            let Some((length, others)) = rest.split_first_chunk::<4>() else { return Ok(false) };
            let same = usize::try_from(i32::from_be_bytes(*length)).is_ok_and(|length| length == raw.len());
            match others.strip_prefix(raw) {
                Some(others) if same => rest = others,
                _ => return Ok(false),
            }
        }
        Ok(true)
    }
}

/// A column of the key of a row. It is never NULL, since nobody asks for that.
fn key(row: &Row, column: usize) -> Result<&[u8], tokio_postgres::Error> {
    let raw: Raw<'_> = row.try_get(column)?;
    Ok(raw.0.unwrap_or_default())
}

/// The rows of one key.
pub(super) struct Owners<'k> {
    next: usize,
    before: &'k [usize],
}

impl Iterator for Owners<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let row = self.next;
        self.next = *self.before.get(row)?;
        Some(row)
    }
}

/// Arrays of no key, for a text that is only looked at.
pub(super) fn empty_arrays(types: &'static [KeyType]) -> Vec<Value> {
    types.iter().map(|ty| Value::array(ty.array, vec![0; ARRAY_HEADER], 0, false)).collect()
}

/// Arrays of one key that no row is likely to have, for a statement that is only planned: of zeros, or the first label of an
/// enum, and NULL where no value is known, as of a region.
pub(super) fn sample_arrays(types: &'static [KeyType]) -> Vec<Value> {
    let one = |ty: &KeyType| {
        let zeros = zeros(ty.ty);
        let mut data = vec![0; ARRAY_HEADER];
        data.put_i32(zeros.and_then(|zeros| i32::try_from(zeros.len()).ok()).unwrap_or(-1));
        data.put_slice(zeros.unwrap_or_default());
        Value::array(ty.array, data, 1, zeros.is_none())
    };
    types.iter().map(one).collect()
}

/// A value of zeros as it travels.
fn zeros(ty: ColumnType) -> Option<&'static [u8]> {
    Some(match ty {
        ColumnType::Enum(labels) => labels.labels.first()?.as_bytes(),
        ColumnType::CiText | ColumnType::Name | ColumnType::LTree => &[],
        // Its first byte is a version.
        ColumnType::Jsonb => b"\x01null",
        _ if text_cast(ty).is_some() => return None,
        ColumnType::Bool | ColumnType::Char => &[0],
        ColumnType::Int2 => &[0; 2],
        // Of a VARBIT: no bits.
        ColumnType::Int4 | ColumnType::Oid | ColumnType::Float4 | ColumnType::Date | ColumnType::VarBit => {
            &[0; 4]
        }
        // Of a DECIMAL: no digits.
        ColumnType::Int8
        | ColumnType::Float8
        | ColumnType::Time
        | ColumnType::Timestamp
        | ColumnType::TimestampTz
        | ColumnType::Decimal => &[0; 8],
        ColumnType::TimeTz => &[0; 12],
        ColumnType::Uuid | ColumnType::Interval => &[0; 16],
        ColumnType::Inet => &[2, 32, 0, 4, 0, 0, 0, 0],
        ColumnType::String | ColumnType::Bytes => &[],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
    use postgres_types::FromSqlOwned;
    use uuid::Uuid;

    use super::*;
    use crate::schema::{EnumDef, TypeName};
    use crate::types::wire_type;

    fn read<T: FromSqlOwned>(ty: ColumnType) -> T {
        T::from_sql(&wire_type(ty), zeros(ty).expect("zeros")).expect("a value")
    }

    #[test]
    fn zeros_are_values_of_their_types() {
        assert!(!read::<bool>(ColumnType::Bool));
        assert_eq!(read::<i16>(ColumnType::Int2), 0);
        assert_eq!(read::<i32>(ColumnType::Int4), 0);
        assert_eq!(read::<i64>(ColumnType::Int8), 0);
        assert_eq!(read::<u32>(ColumnType::Oid), 0);
        assert_eq!(read::<f32>(ColumnType::Float4).to_bits(), 0);
        assert_eq!(read::<f64>(ColumnType::Float8).to_bits(), 0);
        assert_eq!(read::<Uuid>(ColumnType::Uuid), Uuid::nil());
        assert_eq!(read::<String>(ColumnType::String), "");
        assert_eq!(read::<Vec<u8>>(ColumnType::Bytes), [0; 0]);
        assert_eq!(read::<NaiveTime>(ColumnType::Time), NaiveTime::MIN);
        let new_year = NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day");
        assert_eq!(read::<NaiveDate>(ColumnType::Date), new_year);
        assert_eq!(read::<NaiveDateTime>(ColumnType::Timestamp).date(), new_year);
        assert_eq!(read::<DateTime<Utc>>(ColumnType::TimestampTz).date_naive(), new_year);
        assert_eq!(read::<std::net::IpAddr>(ColumnType::Inet).to_string(), "0.0.0.0");
        assert_eq!(zeros(ColumnType::Jsonb).and_then(|zeros| zeros.strip_prefix(&[1])), Some(&b"null"[..]));
        const STATUS: EnumDef =
            EnumDef { name: TypeName::new("status"), labels: &["open", "closed"], comment: None };
        assert_eq!(zeros(ColumnType::Enum(&STATUS)), Some(&b"open"[..]));
    }

    #[test]
    fn what_has_no_zeros_is_null() {
        const REGION: KeyType = KeyType::new(ColumnType::Region, ColumnType::Array(&ColumnType::Region));
        assert_eq!(zeros(ColumnType::Region), None);
        let arrays = sample_arrays(&[REGION]);
        // One element, of which there is nothing but that it is NULL.
        let oid = wire_type(ColumnType::Region).oid().cast_signed();
        let data: Vec<u8> =
            [1, 1, oid, 1, 1, -1_i32].iter().flat_map(|number| number.to_be_bytes()).collect();
        assert_eq!(arrays, [Value::encoded(REGION.array, data)]);
    }
}
