//! Spans of time as SQL has them.

use std::fmt;

use bytes::{Buf, BufMut, BytesMut};

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

/// A span of time in three parts that are not converted into each other: a month has no fixed number of days, and a day
/// no fixed number of hours.
///
/// Two intervals are equal here when their parts are; the server takes a month for 30 days and a day for 24 hours when
/// it compares them.
///
/// ```
/// use crdb_orm::types::Interval;
///
/// let month_and_a_half = Interval { months: 1, days: 15, micros: 0 };
/// assert_eq!(month_and_a_half.to_string(), "P1M15D");
/// assert_eq!(Interval::from_micros(-1_500_000).to_string(), "PT-1.5S");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Interval {
    /// Months.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Microseconds.
    pub micros: i64,
}

impl Interval {
    /// So many months.
    pub const fn from_months(months: i32) -> Self {
        Self { months, days: 0, micros: 0 }
    }

    /// So many days.
    pub const fn from_days(days: i32) -> Self {
        Self { months: 0, days, micros: 0 }
    }

    /// So many microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self { months: 0, days: 0, micros }
    }
}

impl TryFrom<std::time::Duration> for Interval {
    type Error = std::num::TryFromIntError;

    /// Microseconds: what is finer is cut off.
    fn try_from(duration: std::time::Duration) -> Result<Self, Self::Error> {
        i64::try_from(duration.as_micros()).map(Self::from_micros)
    }
}

/// In the form of ISO 8601 that both servers read: `P1M15DT2.5S`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        if self.months != 0 {
            write!(f, "{}M", self.months)?;
        }
        if self.days != 0 {
            write!(f, "{}D", self.days)?;
        }
        if self.micros != 0 || (self.months == 0 && self.days == 0) {
            let (seconds, micros) =
                (self.micros.unsigned_abs() / 1_000_000, self.micros.unsigned_abs() % 1_000_000);
            let text = format!("{seconds}.{micros:06}");
            let text = text.trim_end_matches('0').trim_end_matches('.');
            write!(f, "T{}{text}S", if self.micros < 0 { "-" } else { "" })?;
        }
        Ok(())
    }
}

impl SqlType for Interval {
    const TYPE: ColumnType = ColumnType::Interval;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        out.put_i64(self.micros);
        out.put_i32(self.days);
        out.put_i32(self.months);
        Ok(())
    }

    fn decode(mut raw: &[u8]) -> Result<Self, BoxError> {
        if raw.len() != 16 {
            return Err(format!("an INTERVAL of {} bytes", raw.len()).into());
        }
        let (micros, days, months) = (raw.get_i64(), raw.get_i32(), raw.get_i32());
        Ok(Self { months, days, micros })
    }
}
