//! A value on its way to the server.

use std::any::TypeId;
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
    /// Of the tenant, which the handle that runs the statement knows.
    Tenant(TypeId, Slot),
    /// Given for the tenant's column: only that of the handle may be, in arrays in every element.
    Given(TypeId, Box<Self>),
}

/// Where the tenant of a handle stands in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// `tenant_id = $1`: no other rows are touched.
    Where,
    /// A value of a new row.
    New,
}

/// What a value has to do with the tenant of a handle.
pub(crate) enum OfTenant<'v> {
    Nothing,
    /// It is to be filled in.
    Wanted(TypeId, Slot),
    /// It was given, and may be no other; the bytes are `None` where it is NULL or cannot be encoded.
    Given(TypeId, Option<&'v [u8]>),
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

    /// A value whose bytes are those of its type already.
    pub(crate) const fn encoded(ty: ColumnType, bytes: Vec<u8>) -> Self {
        Self { ty, data: Data::Bytes(bytes) }
    }

    /// A value that came from the server, in the format in which it is sent.
    pub(crate) fn from_raw(ty: ColumnType, raw: Option<Vec<u8>>) -> Self {
        Self { ty, data: raw.map_or(Data::Null, Data::Bytes) }
    }

    /// The tenant of the handle that runs the statement.
    pub(crate) const fn tenant(ty: ColumnType, tenant: TypeId, slot: Slot) -> Self {
        Self { ty, data: Data::Tenant(tenant, slot) }
    }

    /// The same value, in a place where only the tenant of the handle may stand.
    pub(crate) fn for_tenant(self, tenant: TypeId) -> Self {
        match self.data {
            Data::Tenant(..) | Data::Given(..) => self,
            data => Self { ty: self.ty, data: Data::Given(tenant, Box::new(data)) },
        }
    }

    /// A value that cannot be sent, and why.
    pub(crate) fn unsendable(ty: ColumnType, why: &str) -> Self {
        Self { ty, data: Data::Invalid(why.into()) }
    }

    /// What it has to do with the tenant of a handle.
    pub(crate) fn of_tenant(&self) -> OfTenant<'_> {
        match &self.data {
            Data::Tenant(tenant, slot) => OfTenant::Wanted(*tenant, *slot),
            Data::Given(tenant, data) => OfTenant::Given(*tenant, data.bytes()),
            Data::Null | Data::Bytes(_) | Data::Invalid(_) => OfTenant::Nothing,
        }
    }

    /// Its bytes, unless it is NULL or cannot be sent.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        self.data.bytes()
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
        self.data.invalid()
    }
}

impl Data {
    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Given(_, data) => data.bytes(),
            Self::Null | Self::Invalid(_) | Self::Tenant(..) => None,
        }
    }

    fn invalid(&self) -> Option<&str> {
        match self {
            Self::Invalid(why) => Some(why),
            Self::Given(_, data) => data.invalid(),
            // A handle fills it in before anything is sent.
            Self::Tenant(..) => Some("the handle has no tenant"),
            Self::Null | Self::Bytes(_) => None,
        }
    }

    fn append(&self, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bytes(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            Self::Given(_, data) => data.append(out),
            Self::Invalid(_) | Self::Tenant(..) => Err(self.invalid().unwrap_or_default().into()),
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
        self.data.append(out)
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
