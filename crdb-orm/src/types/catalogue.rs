//! Types of the catalogue, for reading it: no table of an application needs them.

use bytes::BytesMut;
use postgres_protocol::types;

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

/// A name in the catalogue. `PostgreSQL` keeps 63 bytes of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Name(pub String);

/// One byte: `"char"`, which is not `CHAR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Char(pub u8);

/// The number of a thing in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Oid(pub u32);

impl SqlType for Name {
    const TYPE: ColumnType = ColumnType::Name;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        types::text_to_sql(&self.0, out);
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        Ok(Self(types::text_from_sql(raw)?.to_owned()))
    }
}

impl SqlType for Char {
    const TYPE: ColumnType = ColumnType::Char;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        out.extend_from_slice(&[self.0]);
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        match raw {
            // CockroachDB has the empty text for what is a zero byte here.
            [] => Ok(Self(0)),
            [byte] => Ok(Self(*byte)),
            _ => Err("a \"char\" of more than one byte".into()),
        }
    }
}

impl SqlType for Oid {
    const TYPE: ColumnType = ColumnType::Oid;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        types::oid_to_sql(self.0, out);
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        Ok(Self(types::oid_from_sql(raw)?))
    }
}
