//! A value on its way to the server.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use bytes::BytesMut;
use postgres_types::{IsNull, ToSql, Type};

use super::{BoxError, SqlType};
use crate::schema::ColumnType;

/// A value in the server's binary format, with its SQL type.
///
/// It is encoded when it is made, so a statement owns all it needs and can be sent again. `Debug` shows its
/// type and never its contents.
#[derive(Clone, PartialEq)]
pub struct Value {
    ty: ColumnType,
    data: Data,
}

#[derive(Clone, PartialEq)]
enum Data {
    Null,
    Bytes(Vec<u8>),
    Invalid(Arc<str>),
}

impl Value {
    /// Encodes a value. A failure is kept and reported when the statement runs.
    pub fn encode<T: SqlType>(value: &T) -> Self {
        let mut out = BytesMut::new();
        let data = match value.encode(&mut out) {
            Ok(()) => Data::Bytes(out.into()),
            Err(error) => Data::Invalid(error.to_string().into()),
        };
        Self { ty: T::TYPE, data }
    }

    /// NULL of a type.
    pub const fn null(ty: ColumnType) -> Self {
        Self { ty, data: Data::Null }
    }

    /// A value that there is none of: its statement is refused with this reason when it runs.
    pub(crate) fn refused(ty: ColumnType, why: &str) -> Self {
        Self { ty, data: Data::Invalid(why.into()) }
    }

    /// A value whose bytes are those of its type already.
    pub(crate) const fn encoded(ty: ColumnType, bytes: Vec<u8>) -> Self {
        Self { ty, data: Data::Bytes(bytes) }
    }

    /// A value that came from the server, in the format in which it is sent.
    pub(crate) fn from_raw(ty: ColumnType, raw: Option<Vec<u8>>) -> Self {
        Self { ty, data: raw.map_or(Data::Null, Data::Bytes) }
    }

    pub(crate) const fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// The SQL type.
    pub const fn column_type(&self) -> ColumnType {
        self.ty
    }

    /// Why it could not be encoded, if it could not.
    pub(crate) fn invalid(&self) -> Option<&str> {
        match &self.data {
            Data::Invalid(why) => Some(why),
            _ => None,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({:?})", self.ty)
    }
}

impl Value {
    pub(super) fn append(&self, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        match &self.data {
            Data::Null => Ok(IsNull::Yes),
            Data::Bytes(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            Data::Invalid(why) => Err(why.to_string().into()),
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        self.append(out)
    }

    // Any type: the statement was prepared with the very types of its values.
    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(ty, out)
    }
}
