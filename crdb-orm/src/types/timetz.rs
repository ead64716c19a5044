//! Times of day with an offset.

use std::fmt;

use bytes::{Buf, BufMut, BytesMut};

use super::{BoxError, SqlType, plain};
use crate::schema::ColumnType;

const MICROS_PER_DAY: i64 = 86_400_000_000;
/// Source: PostgreSQL's `MAX_TZDISP_HOUR`: less than 16 hours.
const MAX_OFFSET: i32 = 16 * 3600 - 1;

/// A time of day with an offset from UTC: `TIMETZ`. It has no date, so the offset cannot follow the seasons: most tables
/// are better off with TIMESTAMPTZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeTz {
    micros: i64,
    offset: i32,
}

impl TimeTz {
    /// A time by its microseconds since midnight, up to 24:00, and its offset in seconds east of UTC, less than 16 hours.
    /// `None` where there is no such time.
    pub const fn new(micros: i64, offset_seconds: i32) -> Option<Self> {
        if micros < 0
            || micros > MICROS_PER_DAY
            || offset_seconds < -MAX_OFFSET
            || offset_seconds > MAX_OFFSET
        {
            return None;
        }
        Some(Self { micros, offset: offset_seconds })
    }

    /// Microseconds since midnight.
    pub const fn micros(self) -> i64 {
        self.micros
    }

    /// Seconds east of UTC.
    pub const fn offset_seconds(self) -> i32 {
        self.offset
    }
}

/// As SQL writes it: `12:30:00.5+02:00:00`.
impl fmt::Display for TimeTz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (self.micros / 1_000_000, self.micros % 1_000_000);
        write!(f, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        if micros != 0 {
            f.write_str(format!(".{micros:06}").trim_end_matches('0'))?;
        }
        let (sign, offset) = (if self.offset < 0 { '-' } else { '+' }, self.offset.unsigned_abs());
        write!(f, "{sign}{:02}:{:02}:{:02}", offset / 3600, offset / 60 % 60, offset % 60)
    }
}

impl std::str::FromStr for TimeTz {
    type Err = BoxError;

    /// Reads what the servers write and what `to_string` gives: `12:30:00.5+02`, `12:30:00-03:30:15`.
    fn from_str(text: &str) -> Result<Self, BoxError> {
        plain::parse_timetz(text)
    }
}

impl SqlType for TimeTz {
    const TYPE: ColumnType = ColumnType::TimeTz;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        out.put_i64(self.micros);
        // The wire counts seconds to the west.
        out.put_i32(-self.offset);
        Ok(())
    }

    fn decode(mut raw: &[u8]) -> Result<Self, BoxError> {
        if raw.len() != 12 {
            return Err(format!("a TIMETZ of {} bytes", raw.len()).into());
        }
        let (micros, west) = (raw.get_i64(), raw.get_i32());
        let offset = west.checked_neg().ok_or("the offset is out of range")?;
        Self::new(micros, offset).ok_or_else(|| "a TIMETZ that no day has".into())
    }
}
