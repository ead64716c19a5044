//! Dates and times of chrono.
//!
//! The server keeps microseconds: what is finer is cut off, as chrono's own PostgreSQL support does.

use ::chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use bytes::BytesMut;
use postgres_types::{FromSql, ToSql, Type};

use super::primitive::via_driver;
use super::{BoxError, SqlType};
use crate::schema::ColumnType;

via_driver! {
    NaiveDate => Date as DATE;
    NaiveTime => Time as TIME;
    NaiveDateTime => Timestamp as TIMESTAMP;
    DateTime<Utc> => TimestampTz as TIMESTAMPTZ;
}
