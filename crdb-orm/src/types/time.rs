//! Dates and times of the `time` crate.
//!
//! The server keeps microseconds since 2000-01-01: what is finer is cut off.

use ::time::{Date, OffsetDateTime, PrimitiveDateTime, Time};
use bytes::BytesMut;
use postgres_protocol::types;

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

/// The Julian day of 2000-01-01.
const EPOCH_DAY: i32 = 2_451_545;
/// 2000-01-01T00:00:00Z in microseconds since 1970.
const EPOCH_MICROS: i128 = 946_684_800_000_000;
const NANOS_PER_MICRO: i128 = 1_000;
const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

impl SqlType for OffsetDateTime {
    const TYPE: ColumnType = ColumnType::TimestampTz;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        let micros = self.unix_timestamp_nanos().div_euclid(NANOS_PER_MICRO) - EPOCH_MICROS;
        types::timestamp_to_sql(i64::try_from(micros)?, out);
        Ok(())
    }

    /// In UTC: the server keeps the moment, and not the offset.
    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let micros = types::timestamp_from_sql(raw)?;
        if matches!(micros, i64::MAX | i64::MIN) {
            return Err("infinity has no place in a type of `time`".into());
        }
        let nanos = (i128::from(micros) + EPOCH_MICROS) * NANOS_PER_MICRO;
        Ok(Self::from_unix_timestamp_nanos(nanos)?)
    }
}

impl SqlType for PrimitiveDateTime {
    const TYPE: ColumnType = ColumnType::Timestamp;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        self.assume_utc().encode(out)
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let moment = OffsetDateTime::decode(raw)?;
        Ok(Self::new(moment.date(), moment.time()))
    }
}

impl SqlType for Date {
    const TYPE: ColumnType = ColumnType::Date;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        types::date_to_sql(self.to_julian_day() - EPOCH_DAY, out);
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let days = types::date_from_sql(raw)?;
        if matches!(days, i32::MAX | i32::MIN) {
            return Err("infinity has no place in a type of `time`".into());
        }
        let day = days.checked_add(EPOCH_DAY).ok_or("the date is out of range")?;
        Ok(Self::from_julian_day(day)?)
    }
}

impl SqlType for Time {
    const TYPE: ColumnType = ColumnType::Time;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        let (hours, minutes, seconds, micros) = self.as_hms_micro();
        let seconds = (i64::from(hours) * 60 + i64::from(minutes)) * 60 + i64::from(seconds);
        types::time_to_sql(seconds * MICROS_PER_SECOND + i64::from(micros), out);
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let micros = types::time_from_sql(raw)?;
        if !(0..MICROS_PER_DAY).contains(&micros) {
            return Err("24:00:00 has no place in a `Time`".into());
        }
        let seconds = micros / MICROS_PER_SECOND;
        Ok(Self::from_hms_micro(
            u8::try_from(seconds / 3600)?,
            u8::try_from(seconds / 60 % 60)?,
            u8::try_from(seconds % 60)?,
            u32::try_from(micros % MICROS_PER_SECOND)?,
        )?)
    }
}
