//! Types whose encoding the driver's own crates know.

use bytes::{BufMut, BytesMut};
use postgres_types::{FromSql, ToSql, Type};

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

macro_rules! via_driver {
    ($($(#[$meta:meta])* $rust:ty => $column:ident as $wire:ident;)*) => {$(
        $(#[$meta])*
        impl SqlType for $rust {
            const TYPE: ColumnType = ColumnType::$column;

            fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
                self.to_sql(&Type::$wire, out).map(drop)
            }

            fn decode(raw: &[u8]) -> Result<Self, BoxError> {
                <$rust as FromSql<'_>>::from_sql(&Type::$wire, raw)
            }
        }
    )*};
}

#[cfg(feature = "chrono")]
pub(super) use via_driver;

via_driver! {
    bool => Bool as BOOL;
    i16 => Int2 as INT2;
    i32 => Int4 as INT4;
    i64 => Int8 as INT8;
    f32 => Float4 as FLOAT4;
    f64 => Float8 as FLOAT8;
    Vec<u8> => Bytes as BYTEA;
    uuid::Uuid => Uuid as UUID;
    #[cfg(feature = "rust_decimal")]
    rust_decimal::Decimal => Decimal as NUMERIC;
}

/// By hand: the driver's looks at the name of the type each time, for the types of an extension.
impl SqlType for String {
    const TYPE: ColumnType = ColumnType::String;

    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError> {
        out.put_slice(self.as_bytes());
        Ok(())
    }

    fn decode(raw: &[u8]) -> Result<Self, BoxError> {
        Ok(str::from_utf8(raw)?.to_owned())
    }
}
