//! Types.

use std::fmt::Write;

use super::super::{ColumnDef, ColumnType, Size, Target, ident};

/// Writes the type of a column with its size.
pub(super) fn push_column_type(out: &mut String, column: &ColumnDef, target: Target) {
    push(out, &column.ty, column.size, target);
}

/// Writes a type without a size.
pub(super) fn push_type(out: &mut String, ty: &ColumnType, target: Target) {
    push(out, ty, Size::Unlimited, target);
}

fn push(out: &mut String, ty: &ColumnType, size: Size, target: Target) {
    let name = match ty {
        ColumnType::Bool => "BOOL",
        ColumnType::Int2 => "INT2",
        ColumnType::Int4 => "INT4",
        ColumnType::Int8 => "INT8",
        ColumnType::Float4 => "FLOAT4",
        ColumnType::Float8 => "FLOAT8",
        ColumnType::Decimal => "DECIMAL",
        ColumnType::String => match (target.is_postgresql(), size) {
            (_, Size::VarChar(_)) | (true, Size::Length(_)) => "VARCHAR",
            (_, Size::Char(_)) => "CHAR",
            (false, _) => "STRING",
            (true, _) => "TEXT",
        },
        ColumnType::Bytes if target.is_postgresql() => "BYTEA",
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
        ColumnType::VarBit if matches!(size, Size::Bits(_)) => "BIT",
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
        ColumnType::Region => "crdb_internal_region",
        ColumnType::Enum(def) => return ident::push_type_name(out, &def.name),
        ColumnType::Composite(def) => return ident::push_type_name(out, &def.name),
        ColumnType::Array(element) => {
            push(out, element, size, target);
            out.push_str("[]");
            return;
        }
    };
    out.push_str(name);
    // Writing to a `String` cannot fail.
    let _ = match size {
        Size::Unlimited => Ok(()),
        Size::Decimal { precision, scale } => write!(out, "({precision},{scale})"),
        Size::Shape { shape, srid: 0 } => write!(out, "({})", shape.name()),
        Size::Shape { shape, srid } => write!(out, "({},{srid})", shape.name()),
        Size::Precision(n) => write!(out, "({n})"),
        Size::Interval(fields) => {
            let digits = fields.digits().map_or_else(String::new, |digits| format!("({digits})"));
            write!(out, " {}{digits}", fields.name())
        }
        Size::Length(n) | Size::VarChar(n) | Size::Char(n) | Size::Bits(n) => write!(out, "({n})"),
    };
}
