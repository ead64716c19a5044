//! Defaults are of the type of their column.

use super::text::{fail, joined, str_eq};
use super::types::{type_eq, type_name};
use crate::schema::ColumnType;

/// Refuses a text as the default of a number or a truth value, and one that the server could not read.
#[track_caller]
pub const fn text_default(field: &str, ty: ColumnType, text: &str) {
    match ty {
        ColumnType::Bool
        | ColumnType::Int2
        | ColumnType::Int4
        | ColumnType::Int8
        | ColumnType::Float4
        | ColumnType::Float8
        | ColumnType::Decimal => fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            ", so its default is not a text: leave the quotes out",
        ]),
        ColumnType::Enum(def) => {
            let mut i = 0;
            while i < def.labels.len() {
                if str_eq(def.labels[i], text) {
                    return;
                }
                i += 1;
            }
            let labels = joined(def.labels, "`, `");
            fail(&[
                "`",
                text,
                "` is not a label of the enum `",
                def.name.name,
                "` of `",
                field,
                "`, whose labels are `",
                labels.text(),
                "`",
            ])
        }
        // The servers also take words, such as `now`, and would read them once, when the table is created.
        ColumnType::Date | ColumnType::Time | ColumnType::Timestamp | ColumnType::TimestampTz
            if text.is_empty() || !text.as_bytes()[0].is_ascii_digit() =>
        {
            fail(&[
                "`",
                text,
                "` is no ",
                type_name(&ty),
                ": write one such as `2026-01-31` or `12:00`, or a call of SQL without quotes, `now()`",
            ])
        }
        ColumnType::Uuid if text.len() != 36 => fail(&[
            "`",
            text,
            "` is no UUID: write all of it, or a call of SQL without quotes, `gen_random_uuid()`",
        ]),
        _ => {}
    }
}

/// Refuses a whole number as the default of what is no number, and one that does not fit.
#[track_caller]
pub const fn integer_default(field: &str, ty: ColumnType, value: i128) {
    let (least, most) = match ty {
        ColumnType::Int2 => (i16::MIN as i128, i16::MAX as i128),
        ColumnType::Int4 => (i32::MIN as i128, i32::MAX as i128),
        ColumnType::Int8 => (i64::MIN as i128, i64::MAX as i128),
        ColumnType::Float4 | ColumnType::Float8 | ColumnType::Decimal => return,
        _ => fail(&["`", field, "` is ", type_name(&ty), ", so its default is not a number"]),
    };
    if value < least || value > most {
        fail(&["the default of `", field, "` does not fit into ", type_name(&ty)]);
    }
}

/// Refuses a number with a point as the default of anything else than a fraction.
#[track_caller]
pub const fn number_default(field: &str, ty: ColumnType) {
    if !matches!(ty, ColumnType::Float4 | ColumnType::Float8 | ColumnType::Decimal) {
        fail(&["`", field, "` is ", type_name(&ty), ", so its default is not a number with a point"]);
    }
}

/// Refuses `true` and `false` as the default of anything else than BOOL.
#[track_caller]
pub const fn bool_default(field: &str, ty: ColumnType) {
    if !matches!(ty, ColumnType::Bool) {
        fail(&["`", field, "` is ", type_name(&ty), ", so its default is not `true` or `false`"]);
    }
}

/// Refuses a variant as the default of what is no enum, and one of another enum.
#[track_caller]
pub const fn label_default(field: &str, ty: ColumnType, default: ColumnType) {
    if let (ColumnType::Enum(_) | ColumnType::Region, false) = (ty, type_eq(&ty, &default)) {
        fail(&["`", field, "` is ", type_name(&ty), ", and its default is of ", type_name(&default)]);
    }
    if !matches!(ty, ColumnType::Enum(_) | ColumnType::Region) {
        fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            ", so its default is not a variant: a call of SQL is `now()`, any other SQL is `sql(\"..\")`",
        ]);
    }
}
