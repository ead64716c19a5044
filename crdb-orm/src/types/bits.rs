//! Strings of bits.

use std::fmt;
use std::str::FromStr;

use bytes::BytesMut;
use postgres_protocol::types;

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

/// A string of bits: `VARBIT`, or `BIT(n)` where the field says `bit(n)`.
///
/// ```
/// use crdb_orm::types::Bits;
///
/// let bits: Bits = "1011".parse()?;
/// assert_eq!((bits.len(), bits.get(1), bits.get(4)), (4, Some(false), None));
/// assert_eq!(bits.iter().filter(|bit| *bit).count(), 3);
/// assert_eq!(bits.to_string(), "1011");
/// # Ok::<(), crdb_orm::types::BoxError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bits {
    /// The first bit is the highest of the first byte; what is over in the last byte is zero.
    bytes: Vec<u8>,
    len: usize,
}

impl Bits {
    /// No bits.
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), len: 0 }
    }

    /// All bits of bytes, the highest of each first.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let len = bytes.len() * 8;
        Self { bytes, len }
    }

    /// How many bits there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bit at a position, from the left.
    pub fn get(&self, position: usize) -> Option<bool> {
        let byte = self.bytes.get(position / 8).filter(|_| position < self.len)?;
        Some(byte & (0x80 >> (position % 8)) != 0)
    }

    /// Appends a bit.
    pub fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if bit && let Some(last) = self.bytes.last_mut() {
            *last |= 0x80 >> (self.len % 8);
        }
        self.len += 1;
    }

    /// The bits from the left.
    pub fn iter(&self) -> impl Iterator<Item = bool> {
        (0..self.len).filter_map(|position| self.get(position))
    }

    /// The bits as bytes: the first bit is the highest of the first byte.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl FromIterator<bool> for Bits {
    fn from_iter<I: IntoIterator<Item = bool>>(bits: I) -> Self {
        let mut all = Self::new();
        bits.into_iter().for_each(|bit| all.push(bit));
        all
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|bit| f.write_str(if bit { "1" } else { "0" }))
    }
}

impl FromStr for Bits {
    type Err = BoxError;

    /// Reads `1011`.
    fn from_str(text: &str) -> Result<Self, BoxError> {
        text.chars()
            .map(|digit| match digit {
                '0' => Ok(false),
                '1' => Ok(true),
                other => Err(format!("`{}` is no bit", other.escape_debug()).into()),
            })
            .collect()
    }
}

impl SqlType for Bits {
    const TYPE: ColumnType = ColumnType::VarBit;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        types::varbit_to_sql(self.len, self.bytes.iter().copied(), out)
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let bits = types::varbit_from_sql(raw)?;
        let mut all = Self { bytes: bits.bytes().to_vec(), len: bits.len() };
        // What is over says nothing, and must not make equal strings differ.
        if let (Some(last), over @ 1..) = (all.bytes.last_mut(), all.len % 8) {
            *last &= 0xff_u8 << (8 - over);
        }
        Ok(all)
    }
}
