//! Rust types and the SQL types that they stand for.
//!
//! | Rust | CockroachDB | PostgreSQL |
//! |---|---|---|
//! | `bool` | `BOOL` | `BOOL` |
//! | `i16`, `i32`, `i64` | `INT2`, `INT4`, `INT8` | the same |
//! | `f32`, `f64` | `FLOAT4`, `FLOAT8` | the same |
//! | `String` | `STRING` | `TEXT` |
//! | `Vec<u8>` | `BYTES` | `BYTEA` |
//! | [`uuid::Uuid`] | `UUID` | `UUID` |
//! | `rust_decimal::Decimal` (feature `rust_decimal`) | `DECIMAL` | `DECIMAL` |
//! | `bigdecimal::BigDecimal` (feature `bigdecimal`) | `DECIMAL` | `DECIMAL` |
//! | `chrono::NaiveDate`, `NaiveTime`, `NaiveDateTime`, `DateTime<Utc>` (feature `chrono`) | `DATE`, `TIME`, `TIMESTAMP`, `TIMESTAMPTZ` | the same |
//! | `jiff::civil::Date`, `Time`, `DateTime`, `jiff::Timestamp` (feature `jiff`) | `DATE`, `TIME`, `TIMESTAMP`, `TIMESTAMPTZ` | the same |
//! | `time::Date`, `Time`, `PrimitiveDateTime`, `OffsetDateTime` (feature `time`) | `DATE`, `TIME`, `TIMESTAMP`, `TIMESTAMPTZ` | the same |
//! | [`serde_json::Value`], [`Json<T>`] | `JSONB` | `JSONB` |
//! | [`std::net::IpAddr`] | `INET` | `INET` |
//! | [`Interval`] | `INTERVAL` | `INTERVAL` |
//! | [`TimeTz`] | `TIMETZ` | `TIMETZ` |
//! | [`Bits`] | `VARBIT`, or `BIT(n)` by `bit(n)` | the same |
//! | [`TsVector`], [`TsQuery`] | `TSVECTOR`, `TSQUERY` | the same |
//! | [`CiText`] | `CITEXT` (25.3 and later) | the extension `citext` |
//! | [`LTree`] | `LTREE` (25.4 and later) | the extension `ltree` |
//! | [`Box2d`] | `BOX2D` | the extension `postgis` |
//! | [`JsonPath`] | `JSONPATH` (25.2 and later, a preview) | the same |
//! | `pgvector::Vector` (feature `pgvector`) | `VECTOR` (24.2 and later), `VECTOR(n)` by `vector(n)` | the extension `vector` |
//! | `Geometry`, `Geography` over shapes of `geo_types` (feature `geo`) | `GEOMETRY`, `GEOGRAPHY`, limited by `shape(point, 4326)` | the extension `postgis` |
//! | [`Name`], [`Char`], [`Oid`] | `NAME`, `"char"`, `OID`: the catalogue's own | the same |
//! | [`Region`] | `crdb_internal_region` | an enum of that name |
//! | `#[derive(CrdbEnum)]` | an enum | an enum |
//! | `#[derive(CrdbComposite)]` | a composite type | a composite type |
//! | `#[derive(CrdbType)]` | the type of what it wraps | the same |
//! | `Vec<T>`, `Vec<Option<T>>` | `T[]` | `T[]` |
//! | `Option<T>` | the type of `T`, NULL allowed | the same |

mod array;
#[cfg(feature = "bigdecimal")]
mod bigdecimal;
mod bits;
mod catalogue;
#[cfg(feature = "chrono")]
mod chrono;
mod composite;
mod enums;
#[cfg(feature = "geo")]
mod geo;
mod given;
mod inet;
mod interval;
#[cfg(feature = "jiff")]
mod jiff;
mod json;
mod nulls;
mod numeric;
mod plain;
mod primitive;
mod region;
mod scale;
mod serialize;
mod text;
#[cfg(feature = "time")]
mod time;
mod timetz;
mod value;
#[cfg(feature = "pgvector")]
mod vector;
mod wire;

use bytes::BytesMut;

use crate::schema::ColumnType;

pub use self::bits::Bits;
pub use self::catalogue::{Char, Name, Oid};
#[doc(hidden)]
pub use self::composite::{CompositeReader, CompositeWriter};
pub use self::enums::SqlEnum;
pub(crate) use self::enums::unknown_label as unknown_enum_label;
#[cfg(feature = "geo")]
pub use self::geo::{Geography, Geometry};
pub use self::given::BindValue;
pub use self::interval::Interval;
pub use self::json::Json;
#[doc(hidden)]
pub use self::nulls::{NotNull, Nullable, Nulls};
pub use self::region::Region;
pub(crate) use self::scale::refuse as refuse_rounded;
pub use self::text::{Box2d, CiText, JsonPath, LTree, TsQuery, TsVector};
pub use self::timetz::TimeTz;
pub use self::value::Value;
pub(crate) use self::value::{ARRAY_HEADER, OfTenant, Slot};
pub(crate) use self::wire::{accepts, sql_name, text_cast, wire_type};

/// What went wrong while a value was encoded or decoded.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A Rust type that a column can hold.
///
/// Implement it by `#[derive(CrdbType)]` on a newtype, or by hand for a type with an encoding of its own. The
/// bytes are PostgreSQL's binary format of [`TYPE`](Self::TYPE); an enum travels as its label.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column: it has no SQL type",
    label = "no SQL type is known for `{Self}`",
    note = "columns are `bool`, `i16`, `i32`, `i64`, `f32`, `f64`, `String`, `Vec<u8>`, `Uuid`, `Decimal`, dates and times of chrono, jiff or time (features), `serde_json::Value`, `Json<T>`, `IpAddr`, `Region`, the types of `crdb_orm::types`, and `Vec` or `Option` of these",
    note = "for a type of your own: `#[derive(CrdbEnum)]` on an enum, `#[derive(CrdbType)]` on a newtype, `Json<{Self}>` for a document"
)]
pub trait SqlType: Sized + Send + Sync + 'static {
    /// The SQL type.
    const TYPE: ColumnType;

    /// Appends the value in binary format.
    fn encode(&self, out: &mut BytesMut) -> Result<(), BoxError>;

    /// Reads a value in binary format.
    fn decode(raw: &[u8]) -> Result<Self, BoxError>;
}

/// A field of a table: a [`SqlType`], or an `Option` of one for a column that may be NULL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column: it has no SQL type",
    label = "no SQL type is known for `{Self}`",
    note = "columns are `bool`, `i16`, `i32`, `i64`, `f32`, `f64`, `String`, `Vec<u8>`, `Uuid`, `Decimal`, dates and times of chrono, jiff or time (features), `serde_json::Value`, `Json<T>`, `IpAddr`, `Region`, the types of `crdb_orm::types`, and `Vec` or `Option` of these",
    note = "for a type of your own: `#[derive(CrdbEnum)]` on an enum, `#[derive(CrdbType)]` on a newtype, `Json<{Self}>` for a document"
)]
pub trait Field: Sized + Send + Sync + 'static {
    /// The type without `Option`.
    type Base: SqlType;
    /// Whether it may be NULL, as a type.
    #[doc(hidden)]
    type Nulls: Nulls;
    /// Whether the column may be NULL.
    const NULLABLE: bool;
    /// The SQL type.
    const TYPE: ColumnType;

    /// The value to bind.
    fn to_value(&self) -> Value;

    /// Reads a value in binary format, `None` for NULL.
    fn from_raw(raw: Option<&[u8]>) -> Result<Self, BoxError>;

    /// Appends the value in binary format, for a batch of many. Whether it is NULL, and then nothing is appended.
    #[doc(hidden)]
    fn __append(&self, out: &mut BytesMut) -> Result<postgres_types::IsNull, BoxError> {
        self.to_value().append(out)
    }

    /// The type of an array of it.
    #[doc(hidden)]
    const __ARRAY: ColumnType = ColumnType::Array(&Self::TYPE);

    /// Gives the value to a writer. What the derive expands to names no other bound of a field, so that one without SQL
    /// type is one error of the compiler and not many.
    #[doc(hidden)]
    fn __give<W: TakesFields>(&self, writer: &mut W, column: &'static str) {
        writer.take(column, self);
    }
}

/// What values of fields are given to, whatever their types are.
#[doc(hidden)]
pub trait TakesFields {
    /// Takes the value of a column.
    fn take<F: Field>(&mut self, column: &'static str, value: &F);
}

#[diagnostic::do_not_recommend]
impl<T: SqlType> Field for T {
    type Base = T;
    type Nulls = NotNull;
    const NULLABLE: bool = false;
    const TYPE: ColumnType = T::TYPE;

    fn to_value(&self) -> Value {
        Value::encode(self)
    }

    fn from_raw(raw: Option<&[u8]>) -> Result<Self, BoxError> {
        T::decode(raw.ok_or(WasNull)?)
    }

    fn __append(&self, out: &mut BytesMut) -> Result<postgres_types::IsNull, BoxError> {
        self.encode(out).map(|()| postgres_types::IsNull::No)
    }
}

#[diagnostic::do_not_recommend]
impl<T: SqlType> Field for Option<T> {
    type Base = T;
    type Nulls = Nullable;
    const NULLABLE: bool = true;
    const TYPE: ColumnType = T::TYPE;

    fn to_value(&self) -> Value {
        self.as_ref().map_or_else(|| Value::null(T::TYPE), Value::encode)
    }

    fn from_raw(raw: Option<&[u8]>) -> Result<Self, BoxError> {
        raw.map(T::decode).transpose()
    }

    fn __append(&self, out: &mut BytesMut) -> Result<postgres_types::IsNull, BoxError> {
        match self {
            Some(value) => value.__append(out),
            None => Ok(postgres_types::IsNull::Yes),
        }
    }
}

/// A NULL where the Rust type is not an `Option`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WasNull;

impl std::fmt::Display for WasNull {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NULL, but the field is not an `Option`")
    }
}

impl std::error::Error for WasNull {}

/// What may be given where a column's field is wanted.
///
/// The field's own type, its inner type where it is an `Option`, a reference to it, the borrowed forms of texts and
/// bytes, and for a list an array or a slice. An `Option` is that of the field, so that `None` needs no type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for a column of type `{F}`",
    label = "expected `{F}`",
    note = "an `Option` is that of the column: an `Option<String>` or a reference to one (`&form.nickname`), and for an `Option<&str>` \
            `text.map(str::to_owned)`"
)]
pub trait IntoField<F> {
    /// Converts it.
    fn into_field(self) -> F;
}

impl<T: Field> IntoField<T> for T {
    fn into_field(self) -> T {
        self
    }
}

impl<T: SqlType> IntoField<Option<T>> for T {
    fn into_field(self) -> Option<T> {
        Some(self)
    }
}

macro_rules! borrowed {
    ($($from:ty => $to:ty),* $(,)?) => {$(
        impl IntoField<$to> for $from {
            fn into_field(self) -> $to {
                <$to>::from(self)
            }
        }

        impl IntoField<Option<$to>> for $from {
            fn into_field(self) -> Option<$to> {
                Some(<$to>::from(self))
            }
        }
    )*};
}

borrowed! {
    &str => String,
    Box<str> => String,
    std::borrow::Cow<'_, str> => String,
    char => String,
    &[u8] => Vec<u8>,
}

impl<const N: usize> IntoField<Vec<u8>> for &[u8; N] {
    fn into_field(self) -> Vec<u8> {
        self.to_vec()
    }
}
