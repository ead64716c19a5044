//! Sizes are of the types that have them.

use super::text::fail;
use super::types::{element, type_name};
use crate::schema::ColumnType;

/// Refuses `decimal(p, s)` on a column of another type.
#[track_caller]
pub const fn decimal_column(field: &str, ty: ColumnType) {
    if !matches!(element(ty), ColumnType::Decimal) {
        fail(&["`decimal(..)` on `", field, "` needs a DECIMAL, but the field is ", type_name(&ty)]);
    }
}

/// Refuses `string(n)`, `varchar(n)` and `char(n)` on a column of another type.
#[track_caller]
pub const fn string_column(attribute: &str, field: &str, ty: ColumnType) {
    if !matches!(element(ty), ColumnType::String) {
        fail(&["`", attribute, "(n)` on `", field, "` needs a STRING, but the field is ", type_name(&ty)]);
    }
}

/// Refuses `bit(n)` and `varbit(n)` on a column of another type.
#[track_caller]
pub const fn bits_column(field: &str, ty: ColumnType) {
    if !matches!(element(ty), ColumnType::VarBit) {
        fail(&["bits on `", field, "` need `Bits`, but the field is ", type_name(&ty)]);
    }
}

/// Refuses `vector(n)` on a column of another type.
#[track_caller]
pub const fn vector_column(field: &str, ty: ColumnType) {
    if !element(ty).is_vector() {
        fail(&["`vector(n)` on `", field, "` needs a VECTOR, but the field is ", type_name(&ty)]);
    }
}

/// Refuses `shape(..)` on a column of another type.
#[track_caller]
pub const fn shape_column(field: &str, ty: ColumnType) {
    if !element(ty).is_shape() {
        fail(&[
            "`shape(..)` on `",
            field,
            "` needs a GEOMETRY or GEOGRAPHY, but the field is ",
            type_name(&ty),
        ]);
    }
}

/// Refuses `precision(n)` on what has no seconds.
#[track_caller]
pub const fn precision_column(field: &str, ty: ColumnType) {
    if !element(ty).has_seconds() {
        fail(&[
            "`precision(n)` on `",
            field,
            "` needs a time or an INTERVAL, but the field is ",
            type_name(&ty),
        ]);
    }
}

/// Refuses `interval(..)` on a column of another type.
#[track_caller]
pub const fn interval_column(field: &str, ty: ColumnType) {
    if !matches!(element(ty), ColumnType::Interval) {
        fail(&["`interval(..)` on `", field, "` needs an INTERVAL, but the field is ", type_name(&ty)]);
    }
}
