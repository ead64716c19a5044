//! Dates and times of jiff.
//!
//! The server keeps microseconds since 2000-01-01: what is finer is cut off.

use ::jiff::civil::{Date, DateTime, Time};
use ::jiff::{Timestamp, Unit};
use bytes::BytesMut;
use postgres_protocol::types;

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

const EPOCH_DATE: Date = ::jiff::civil::date(2000, 1, 1);
const EPOCH: DateTime = EPOCH_DATE.at(0, 0, 0, 0);
/// 2000-01-01T00:00:00Z in microseconds since 1970.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
const NANOS_PER_MICRO: i128 = 1_000;

/// The two values that mean infinity on the wire.
fn finite(micros: i64) -> Result<i64, BoxError> {
    match micros {
        i64::MAX | i64::MIN => Err("infinity has no place in a jiff type".into()),
        micros => Ok(micros),
    }
}

impl SqlType for Timestamp {
    const TYPE: ColumnType = ColumnType::TimestampTz;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        let micros = self.as_nanosecond().div_euclid(NANOS_PER_MICRO) - i128::from(EPOCH_MICROS);
        types::timestamp_to_sql(i64::try_from(micros)?, out);
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let micros = finite(types::timestamp_from_sql(raw)?)?;
        let micros = micros.checked_add(EPOCH_MICROS).ok_or("the timestamp is out of range")?;
        Ok(Self::from_microsecond(micros)?)
    }
}

impl SqlType for DateTime {
    const TYPE: ColumnType = ColumnType::Timestamp;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        let nanos = self.duration_since(EPOCH).as_nanos();
        types::timestamp_to_sql(i64::try_from(nanos.div_euclid(NANOS_PER_MICRO))?, out);
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let micros = finite(types::timestamp_from_sql(raw)?)?;
        Ok(EPOCH.checked_add(::jiff::SignedDuration::from_micros(micros))?)
    }
}

impl SqlType for Date {
    const TYPE: ColumnType = ColumnType::Date;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        let days = EPOCH_DATE.until((Unit::Day, *self))?.get_days();
        types::date_to_sql(days, out);
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let days = types::date_from_sql(raw)?;
        if matches!(days, i32::MAX | i32::MIN) {
            return Err("infinity has no place in a jiff type".into());
        }
        Ok(EPOCH_DATE.checked_add(::jiff::SignedDuration::from_hours(i64::from(days) * 24))?)
    }
}

impl SqlType for Time {
    const TYPE: ColumnType = ColumnType::Time;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        let nanos = self.duration_since(Self::midnight()).as_nanos();
        types::time_to_sql(i64::try_from(nanos / NANOS_PER_MICRO)?, out);
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        let micros = types::time_from_sql(raw)?;
        Ok(Self::midnight().checked_add(::jiff::SignedDuration::from_micros(micros))?)
    }
}
