//! Documents.

use bytes::{BufMut, BytesMut};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

/// The version byte that JSONB has in binary format.
const JSONB_VERSION: u8 = 1;

fn encode(value: &impl Serialize, out: &mut BytesMut) -> Result<(), BoxError> {
    out.put_u8(JSONB_VERSION);
    serde_json::to_writer(out.writer(), value)?;
    Ok(())
}

fn decode<T: DeserializeOwned>(raw: &[u8]) -> Result<T, BoxError> {
    match raw.split_first() {
        Some((&JSONB_VERSION, text)) => Ok(serde_json::from_slice(text)?),
        _ => Err("a JSONB value of an unknown version".into()),
    }
}

impl SqlType for serde_json::Value {
    const TYPE: ColumnType = ColumnType::Jsonb;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        encode(self, out)
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        decode(raw)
    }
}

/// A JSONB column that holds a `T`.
///
/// JSONB keeps the value and not the text: the order of names, duplicate names, `-0.0` and spaces are not
/// kept, and `\u0000` is refused by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Json<T>(pub T);

impl<T> SqlType for Json<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    const TYPE: ColumnType = ColumnType::Jsonb;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        encode(&self.0, out)
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        decode(raw).map(Json)
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}
