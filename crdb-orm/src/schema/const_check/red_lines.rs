//! Red lines that only the type of a field shows.

use super::text::{fail, str_eq};
use super::types::type_name;
use crate::schema::ColumnType;

/// Refuses a float as a part of the primary key.
#[track_caller]
pub const fn float_key(field: &str, ty: ColumnType) {
    if matches!(ty, ColumnType::Float4 | ColumnType::Float8) {
        fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            " and in the primary key, but a float that is computed twice is seldom the same: use a DECIMAL or a whole \
             number; or say why, `#[crdb(allow(float_key, reason = \"..\"))]`",
        ]);
    }
}

/// Refuses a document as a part of the primary key.
#[track_caller]
pub const fn json_key(field: &str, ty: ColumnType) {
    if matches!(ty, ColumnType::Jsonb) {
        fail(&[
            "`",
            field,
            "` is JSONB and in the primary key, which every index copies and compares as a whole: use a computed column \
             of what identifies the row; or say why, `#[crdb(allow(json_key, reason = \"..\"))]`",
        ]);
    }
}

/// Refuses a time at the beginning of a key or index.
#[track_caller]
pub const fn timestamp_led(field: &str, ty: ColumnType) {
    if matches!(ty, ColumnType::Timestamp | ColumnType::TimestampTz) {
        fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            " and leads a key or an index, so all rows of now go to one range: put another column before it, or add \
             `hash_sharded`; or say why, `#[crdb(allow(timestamp_led, reason = \"..\"))]`",
        ]);
    }
}

/// Refuses an `allow` of a red line that no type crosses.
#[track_caller]
pub const fn unused_allow(red_line: &str, types: &[ColumnType]) {
    let mut i = 0;
    while i < types.len() {
        let crosses = match types[i] {
            ColumnType::Float4 | ColumnType::Float8 => str_eq(red_line, "float_key"),
            ColumnType::Jsonb => str_eq(red_line, "json_key"),
            ColumnType::Timestamp | ColumnType::TimestampTz => str_eq(red_line, "timestamp_led"),
            _ => false,
        };
        if crosses {
            return;
        }
        i += 1;
    }
    fail(&["nothing here crosses `", red_line, "`, so there is nothing to allow: leave it out"]);
}

/// Refuses `allow(ttl_reference)` where no row that is referred to expires.
#[track_caller]
pub const fn unused_ttl_reference(expires: &[bool]) {
    let mut i = 0;
    while i < expires.len() {
        if expires[i] {
            return;
        }
        i += 1;
    }
    fail(&["no row that is referred to here expires, so there is no `ttl_reference` to allow: leave it out"]);
}
