//! How a column type travels: the type that is announced for a parameter, and what a result may have.

use postgres_types::{Kind, Type};

use crate::schema::ColumnType;

/// The type announced to the server for a parameter.
///
/// Enums, regions and other types whose OID differs from server to server travel as text and are cast in the statement,
/// so that no driver has to look up the OID, which would cost catalogue queries for each connection.
pub(crate) fn wire_type(ty: ColumnType) -> Type {
    match ty {
        ColumnType::Bool => Type::BOOL,
        ColumnType::Int2 => Type::INT2,
        ColumnType::Int4 => Type::INT4,
        ColumnType::Int8 => Type::INT8,
        ColumnType::Float4 => Type::FLOAT4,
        ColumnType::Float8 => Type::FLOAT8,
        ColumnType::Decimal => Type::NUMERIC,
        ColumnType::String
        | ColumnType::Enum(_)
        | ColumnType::Region
        | ColumnType::TsVector
        | ColumnType::TsQuery
        | ColumnType::CiText
        | ColumnType::LTree
        | ColumnType::Box2d
        | ColumnType::JsonPath
        | ColumnType::Composite(_)
        | ColumnType::Vector
        | ColumnType::Geometry
        | ColumnType::Geography => Type::TEXT,
        ColumnType::TimeTz => Type::TIMETZ,
        ColumnType::Interval => Type::INTERVAL,
        ColumnType::VarBit => Type::VARBIT,
        ColumnType::Name => Type::NAME,
        ColumnType::Char => Type::CHAR,
        ColumnType::Oid => Type::OID,
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
            Type::TIMETZ => Type::TIMETZ_ARRAY,
            Type::INTERVAL => Type::INTERVAL_ARRAY,
            Type::VARBIT => Type::VARBIT_ARRAY,
            Type::NAME => Type::NAME_ARRAY,
            Type::CHAR => Type::CHAR_ARRAY,
            Type::OID => Type::OID_ARRAY,
            _ => Type::TEXT_ARRAY,
        },
    }
}

/// Whether a result column of type `actual` can be read as `ty`.
///
/// It is asked for each column of each row: what is nearly always so is one comparison where the type is a constant.
#[inline]
pub(crate) fn accepts(ty: ColumnType, actual: &Type) -> bool {
    let is_the_same = match ty {
        ColumnType::Bool => matches!(*actual, Type::BOOL),
        ColumnType::Int2 => matches!(*actual, Type::INT2),
        ColumnType::Int4 => matches!(*actual, Type::INT4),
        ColumnType::Int8 => matches!(*actual, Type::INT8),
        ColumnType::Float4 => matches!(*actual, Type::FLOAT4),
        ColumnType::Float8 => matches!(*actual, Type::FLOAT8),
        ColumnType::Decimal => matches!(*actual, Type::NUMERIC),
        ColumnType::String | ColumnType::Enum(_) => matches!(*actual, Type::TEXT),
        ColumnType::Bytes => matches!(*actual, Type::BYTEA),
        ColumnType::Uuid => matches!(*actual, Type::UUID),
        ColumnType::Jsonb => matches!(*actual, Type::JSONB),
        ColumnType::TimestampTz => matches!(*actual, Type::TIMESTAMPTZ),
        _ => false,
    };
    is_the_same || accepts_otherwise(ty, actual)
}

fn accepts_otherwise(ty: ColumnType, actual: &Type) -> bool {
    match ty {
        ColumnType::Enum(_) | ColumnType::Region => is_text(actual) || matches!(actual.kind(), Kind::Enum(_)),
        ColumnType::VarBit => matches!(*actual, Type::VARBIT | Type::BIT),
        ColumnType::Array(element) => match actual.kind() {
            Kind::Array(actual) => accepts(*element, actual),
            _ => false,
        },
        _ => match wire_type(ty) {
            Type::TEXT => is_text(actual),
            wire => wire == *actual,
        },
    }
}

fn is_text(ty: &Type) -> bool {
    matches!(*ty, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME) || ty.name() == "citext"
}

/// Whether values of the type travel as text, and whether they are those of an array: a parameter is then cast to the
/// type in the statement, after `::TEXT` or `::TEXT[]`, and a result to text. `None` for what travels as itself.
pub(crate) fn text_cast(ty: ColumnType) -> Option<bool> {
    match ty {
        ColumnType::Array(element) => text_cast(*element).map(|_| true),
        ColumnType::String => None,
        _ => (wire_type(ty) == Type::TEXT).then_some(false),
    }
}

/// The server's name for a type, in our spelling.
pub(crate) fn sql_name(ty: &Type) -> String {
    match *ty {
        Type::INT2 => "INT2".into(),
        Type::INT4 => "INT4".into(),
        Type::INT8 => "INT8".into(),
        Type::FLOAT4 => "FLOAT4".into(),
        Type::FLOAT8 => "FLOAT8".into(),
        Type::TEXT => "STRING".into(),
        Type::BYTEA => "BYTES".into(),
        Type::NUMERIC => "DECIMAL".into(),
        _ => ty.name().to_uppercase(),
    }
}
