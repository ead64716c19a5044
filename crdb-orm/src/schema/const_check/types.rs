//! Types, compared and named.

use super::text::str_eq;
use crate::schema::{ColumnType, TypeName};
use crate::types::SqlType;

pub(super) const fn name_eq(a: &TypeName, b: &TypeName) -> bool {
    let schemas = match (a.schema, b.schema) {
        (Some(a), Some(b)) => str_eq(a, b),
        (None, None) => true,
        _ => false,
    };
    schemas && str_eq(a.name, b.name)
}

/// Whether two columns have the same type.
pub const fn type_eq(a: &ColumnType, b: &ColumnType) -> bool {
    match (a, b) {
        (ColumnType::Enum(a), ColumnType::Enum(b)) => name_eq(&a.name, &b.name),
        (ColumnType::Composite(a), ColumnType::Composite(b)) => name_eq(&a.name, &b.name),
        (ColumnType::Array(a), ColumnType::Array(b)) => type_eq(a, b),
        _ => str_eq(type_name(a), type_name(b)),
    }
}

/// A short name of the type for messages.
pub const fn type_name(ty: &ColumnType) -> &'static str {
    match ty {
        ColumnType::Bool => "BOOL",
        ColumnType::Int2 => "INT2",
        ColumnType::Int4 => "INT4",
        ColumnType::Int8 => "INT8",
        ColumnType::Float4 => "FLOAT4",
        ColumnType::Float8 => "FLOAT8",
        ColumnType::Decimal => "DECIMAL",
        ColumnType::String => "STRING",
        ColumnType::Bytes => "BYTES",
        ColumnType::Uuid => "UUID",
        ColumnType::Jsonb => "JSONB",
        ColumnType::Inet => "INET",
        ColumnType::Date => "DATE",
        ColumnType::Time => "TIME",
        ColumnType::Timestamp => "TIMESTAMP",
        ColumnType::TimestampTz => "TIMESTAMPTZ",
        ColumnType::TimeTz => "TIMETZ",
        ColumnType::Interval => "INTERVAL",
        ColumnType::VarBit => "VARBIT",
        ColumnType::TsVector => "TSVECTOR",
        ColumnType::TsQuery => "TSQUERY",
        ColumnType::CiText => "CITEXT",
        ColumnType::LTree => "LTREE",
        ColumnType::Box2d => "BOX2D",
        ColumnType::JsonPath => "JSONPATH",
        ColumnType::Name => "NAME",
        ColumnType::Char => "\"char\"",
        ColumnType::Oid => "OID",
        ColumnType::Vector => "VECTOR",
        ColumnType::Geometry => "GEOMETRY",
        ColumnType::Geography => "GEOGRAPHY",
        ColumnType::Enum(def) => def.name.name,
        ColumnType::Composite(def) => def.name.name,
        ColumnType::Region => "crdb_internal_region",
        ColumnType::Array(_) => "an array",
    }
}

pub(super) const fn element(ty: ColumnType) -> ColumnType {
    match ty {
        ColumnType::Array(element) => *element,
        ty => ty,
    }
}

/// The type of a value, which is not made: it may own something.
pub const fn type_of<T: SqlType>(_: fn() -> T) -> ColumnType {
    T::TYPE
}
