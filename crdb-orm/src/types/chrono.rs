//! Dates and times of chrono.
//!
//! The server keeps microseconds: what is finer is cut off, as chrono's own PostgreSQL support does.

use ::chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use bytes::BytesMut;
use postgres_protocol::types;
use postgres_types::{FromSql, ToSql, Type};

use super::primitive::via_driver;
use super::{BoxError, SqlType};
use crate::schema::ColumnType;

via_driver! {
    NaiveDate => Date as DATE;
    NaiveDateTime => Timestamp as TIMESTAMP;
    DateTime<Utc> => TimestampTz as TIMESTAMPTZ;
}

impl SqlType for NaiveTime {
    const TYPE: ColumnType = ColumnType::Time;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        self.to_sql(&Type::TIME, out).map(drop)
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        // 24:00 exists in SQL and not here; adding it to midnight would wrap to 00:00.
        if types::time_from_sql(raw)? >= MICROS_PER_DAY {
            return Err("24:00:00 has no place in a `NaiveTime`".into());
        }
        Self::from_sql(&Type::TIME, raw)
    }
}

const MICROS_PER_DAY: i64 = 86_400_000_000;
