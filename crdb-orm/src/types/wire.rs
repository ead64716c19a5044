//! How a column type travels: the type that is announced for a parameter, and what a result may have.

use std::borrow::Cow;

use postgres_types::{Kind, Type};

use crate::schema::{ColumnType, TypeName};

/// The type announced to the server for a parameter.
///
/// An enum and a region travel as text and are cast in the statement, so that no driver has to look up the
/// OID of a user's type, which would cost catalogue queries for each connection.
pub(crate) fn wire_type(ty: ColumnType) -> Type {
    match ty {
        ColumnType::Bool => Type::BOOL,
        ColumnType::Int2 => Type::INT2,
        ColumnType::Int4 => Type::INT4,
        ColumnType::Int8 => Type::INT8,
        ColumnType::Float4 => Type::FLOAT4,
        ColumnType::Float8 => Type::FLOAT8,
        ColumnType::Decimal => Type::NUMERIC,
        ColumnType::String | ColumnType::Enum(_) | ColumnType::Region => Type::TEXT,
        ColumnType::Bytes => Type::BYTEA,
        ColumnType::Uuid => Type::UUID,
        ColumnType::Jsonb => Type::JSONB,
        ColumnType::Inet => Type::INET,
        ColumnType::Date => Type::DATE,
        ColumnType::Time => Type::TIME,
        ColumnType::Timestamp => Type::TIMESTAMP,
        ColumnType::TimestampTz => Type::TIMESTAMPTZ,
        ColumnType::Array(element) => match wire_type(*element) {
            Type::BOOL => Type::BOOL_ARRAY,
            Type::INT2 => Type::INT2_ARRAY,
            Type::INT4 => Type::INT4_ARRAY,
            Type::INT8 => Type::INT8_ARRAY,
            Type::FLOAT4 => Type::FLOAT4_ARRAY,
            Type::FLOAT8 => Type::FLOAT8_ARRAY,
            Type::NUMERIC => Type::NUMERIC_ARRAY,
            Type::BYTEA => Type::BYTEA_ARRAY,
            Type::UUID => Type::UUID_ARRAY,
            Type::JSONB => Type::JSONB_ARRAY,
            Type::INET => Type::INET_ARRAY,
            Type::DATE => Type::DATE_ARRAY,
            Type::TIME => Type::TIME_ARRAY,
            Type::TIMESTAMP => Type::TIMESTAMP_ARRAY,
            Type::TIMESTAMPTZ => Type::TIMESTAMPTZ_ARRAY,
            _ => Type::TEXT_ARRAY,
        },
    }
}

/// Whether a result column of type `actual` can be read as `ty`.
pub(crate) fn accepts(ty: ColumnType, actual: &Type) -> bool {
    match ty {
        ColumnType::String => is_text(actual),
        ColumnType::Enum(_) | ColumnType::Region => is_text(actual) || matches!(actual.kind(), Kind::Enum(_)),
        ColumnType::Jsonb => *actual == Type::JSONB,
        ColumnType::Array(element) => match actual.kind() {
            Kind::Array(actual) => accepts(*element, actual),
            _ => false,
        },
        _ => wire_type(ty) == *actual,
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(*ty, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME) || ty.name() == "citext"
}

/// The type that a parameter of this column type must be cast to in the statement, after `::TEXT` or
/// `::TEXT[]`, and whether it is an array. `None` for what travels as itself.
pub(crate) fn cast_name(ty: ColumnType) -> Option<(Cow<'static, TypeName>, bool)> {
    match ty {
        ColumnType::Enum(def) => Some((Cow::Borrowed(&def.name), false)),
        ColumnType::Region => Some((Cow::Owned(TypeName::new("crdb_internal_region")), false)),
        ColumnType::Array(element) => cast_name(*element).map(|(name, _)| (name, true)),
        _ => None,
    }
}
