//! A value on its way to the server.

use std::any::TypeId;
use std::cell::Cell;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use bytes::BytesMut;
use postgres_types::{IsNull, ToSql, Type};

use super::{BoxError, SqlType, plain, wire_type};
use crate::schema::{ColumnType, TypeName};

/// The bytes before the elements of an array: dimensions, whether there are NULLs, element type, length, lower bound.
pub(crate) const ARRAY_HEADER: usize = 20;

/// A value in the server's binary format, with its SQL type.
///
/// It is encoded when it is made, so a statement owns all it needs and can be sent again. `Debug` shows its
/// type and never its contents.
#[derive(Clone, PartialEq)]
pub struct Value {
    ty: ColumnType,
    data: Data,
}

#[derive(Clone)]
enum Data {
    Null,
    /// Bytes that need no memory of their own: most values are that short.
    Short(u8, [u8; SHORT]),
    Bytes(Vec<u8>),
    Invalid(Arc<Refused>),
    /// Of the tenant, which the handle that runs the statement knows.
    Tenant(TypeId, Slot),
    /// Given for the tenant's column: only that of the handle may be, in arrays in every element.
    Given(TypeId, Box<Self>),
}

/// Why there is no value.
#[derive(PartialEq)]
struct Refused {
    /// The column that it was meant for, where that is known.
    column: Option<&'static str>,
    /// The part of the statement that is missing, where that is why.
    part: Option<TypeName>,
    why: Box<str>,
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

/// As long as a UUID.
const SHORT: usize = 16;

thread_local! {
    /// Where values are encoded before it is known how long they are.
    static SCRATCH: Cell<BytesMut> = Cell::default();
}

/// What is longer is given back: one huge value must not keep its memory for ever.
const LONGEST_SCRATCH: usize = 1 << 12;

impl Data {
    fn of(bytes: &[u8]) -> Self {
        let mut short = [0; SHORT];
        match (short.get_mut(..bytes.len()), u8::try_from(bytes.len())) {
            (Some(slot), Ok(length)) => {
                slot.copy_from_slice(bytes);
                Self::Short(length, short)
            }
            _ => Self::Bytes(bytes.to_vec()),
        }
    }
}

impl PartialEq for Data {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Invalid(why), Self::Invalid(other)) => why == other,
            (Self::Tenant(tenant, slot), Self::Tenant(other, place)) => tenant == other && slot == place,
            (Self::Given(tenant, data), Self::Given(other, given)) => tenant == other && data == given,
            (Self::Tenant(..) | Self::Given(..), _) | (_, Self::Tenant(..) | Self::Given(..)) => false,
            _ => self.bytes().is_some() && self.bytes() == other.bytes(),
        }
    }
}

impl Value {
    /// Encodes a value. A failure is kept and reported when the statement runs.
    pub fn encode<T: SqlType>(value: &T) -> Self {
        // Taken out, since a value may consist of others.
        let mut out = SCRATCH.take();
        out.clear();
        let data = match value.encode(&mut out) {
            Ok(()) if out.len() > LONGEST_SCRATCH => Data::Bytes(out.split().into()),
            Ok(()) => Data::of(&out),
            Err(error) => Data::invalid_for(None, &error.to_string()),
        };
        if out.capacity() <= LONGEST_SCRATCH {
            SCRATCH.set(out);
        }
        Self { ty: T::TYPE, data }
    }

    /// NULL of a type.
    pub const fn null(ty: ColumnType) -> Self {
        Self { ty, data: Data::Null }
    }

    /// A value that there is none of: its statement is refused with this reason when it runs.
    pub(crate) fn refused(ty: ColumnType, why: &str) -> Self {
        Self { ty, data: Data::invalid_for(None, why) }
    }

    /// The same, where it is known which column refuses it.
    pub(crate) fn refused_by(ty: ColumnType, column: &'static str, why: &str) -> Self {
        Self { ty, data: Data::invalid_for(Some(column), why) }
    }

    /// No value, and it has no placeholder: rows of this name are read, and the statement has to say which these are.
    pub(crate) fn part(name: TypeName) -> Self {
        let why = format!(
            "it reads the rows `{name}`, which no part of it makes: give the part to `with(..)`, as in \
             `with(rows.named::<..>()).from::<..>()`"
        );
        let refused = Refused { column: None, part: Some(name), why: why.into() };
        Self { ty: ColumnType::Bool, data: Data::Invalid(Arc::new(refused)) }
    }

    /// The name of the rows that a part of the statement has to make.
    pub(crate) fn missing_part(&self) -> Option<TypeName> {
        match &self.data {
            Data::Invalid(refused) => refused.part,
            _ => None,
        }
    }

    /// A value whose bytes are those of its type already.
    pub(crate) const fn encoded(ty: ColumnType, bytes: Vec<u8>) -> Self {
        Self { ty, data: Data::Bytes(bytes) }
    }

    /// An array of one dimension, of so many elements, which stand behind the [room](ARRAY_HEADER) for what is written
    /// before them here.
    pub(crate) fn array(ty: ColumnType, mut data: Vec<u8>, elements: i32, nulls: bool) -> Self {
        let element = match ty {
            ColumnType::Array(element) => *element,
            other => other,
        };
        let header = [1, i32::from(nulls), wire_type(element).oid().cast_signed(), elements, 1];
        for (slot, number) in data.chunks_exact_mut(4).zip(header) {
            slot.copy_from_slice(&number.to_be_bytes());
        }
        Self::encoded(ty, data)
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

    /// What it has to do with the tenant of a handle.
    pub(crate) fn of_tenant(&self) -> OfTenant<'_> {
        match &self.data {
            Data::Tenant(tenant, slot) => OfTenant::Wanted(*tenant, *slot),
            Data::Given(tenant, data) => OfTenant::Given(*tenant, data.bytes()),
            Data::Null | Data::Short(..) | Data::Bytes(_) | Data::Invalid(_) => OfTenant::Nothing,
        }
    }

    /// Its bytes, unless it is NULL or cannot be sent.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        self.data.bytes()
    }

    pub(crate) const fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// As a literal of SQL, of which the end is left out where it is long.
    pub(crate) fn literal(&self) -> String {
        /// Characters.
        const LONGEST: usize = 200;
        let Some(raw) = self.bytes() else { return "NULL".to_owned() };
        let Ok(text) = plain::write(self.ty, raw) else { return format!("{} bytes", raw.len()) };
        let text = text.replace('\'', "''");
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("'{}…' ({} bytes)", text.get(..end).unwrap_or_default(), raw.len()),
            None => format!("'{text}'"),
        }
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> usize {
        self.data.bytes().map_or(0, <[u8]>::len)
    }

    /// The SQL type.
    pub const fn column_type(&self) -> ColumnType {
        self.ty
    }

    /// Why it could not be encoded, if it could not.
    pub(crate) fn invalid(&self) -> Option<&str> {
        self.data.invalid()
    }

    /// The column that refuses it, where that is known.
    pub(crate) fn invalid_column(&self) -> Option<&'static str> {
        match &self.data {
            Data::Invalid(refused) => refused.column,
            _ => None,
        }
    }
}

impl Data {
    fn invalid_for(column: Option<&'static str>, why: &str) -> Self {
        Self::Invalid(Arc::new(Refused { column, part: None, why: why.into() }))
    }

    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Short(length, bytes) => bytes.get(..usize::from(*length)),
            Self::Bytes(bytes) => Some(bytes),
            Self::Given(_, data) => data.bytes(),
            Self::Null | Self::Invalid(_) | Self::Tenant(..) => None,
        }
    }

    fn invalid(&self) -> Option<&str> {
        match self {
            Self::Invalid(refused) => Some(&refused.why),
            Self::Given(_, data) => data.invalid(),
            // A handle fills it in before anything is sent.
            Self::Tenant(..) => Some("the handle has no tenant"),
            Self::Null | Self::Short(..) | Self::Bytes(_) => None,
        }
    }

    fn append(&self, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Given(_, data) => data.append(out),
            Self::Invalid(_) | Self::Tenant(..) => Err(self.invalid().unwrap_or_default().into()),
            Self::Short(..) | Self::Bytes(_) => {
                out.extend_from_slice(self.bytes().unwrap_or_default());
                Ok(IsNull::No)
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Field;

    fn bytes(value: &Value) -> Vec<u8> {
        let mut out = BytesMut::new();
        assert!(matches!(value.append(&mut out), Ok(IsNull::No)));
        out.to_vec()
    }

    #[test]
    fn a_value_is_what_it_was_whatever_its_length() {
        for length in [0, 1, 15, 16, 17, 100, LONGEST_SCRATCH, LONGEST_SCRATCH + 1, 1 << 20] {
            let text = "x".repeat(length);
            let value = Value::encode(&text);
            assert_eq!(bytes(&value), text.as_bytes());
            assert_eq!(bytes(&value.clone()), text.as_bytes());
            assert!(value == Value::encode(&text));
            assert!(value == Value::encoded(ColumnType::String, text.clone().into_bytes()), "{length}");
            assert!(value != Value::encode(&format!("{text}y")));
            assert!(value != Value::null(ColumnType::String));
        }
        assert_eq!(bytes(&Value::encode(&7_i16)), [0, 7]);
        assert!(Value::null(ColumnType::Int8) == None::<i64>.to_value());
    }

    #[test]
    fn a_value_is_hardly_longer_than_a_vector() {
        assert!(size_of::<Data>() <= size_of::<Vec<u8>>() + size_of::<usize>());
    }

    #[test]
    fn arrays_are_values_of_values() {
        let ids = [uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2)];
        assert_eq!(bytes(&Value::encode(&ids.to_vec())).len(), 20 + 2 * (4 + 16));
    }
}
