//! What only the type of a field tells of a column.

use super::text::{fail, str_eq};
use super::types::{element, type_name};
use crate::schema::{ColumnType, SequenceOptions, SequenceType};

/// Refuses a nullable key column.
#[track_caller]
pub const fn key_column(field: &str, nullable: bool) {
    if nullable {
        fail(&["`", field, "` is part of the primary key, so it cannot be an `Option`: a key is never NULL"]);
    }
}

/// Refuses `default = none` on a key that has no default.
#[track_caller]
pub const fn no_default(field: &str, ty: ColumnType) {
    if !matches!(ty, ColumnType::Uuid) {
        fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            ", and only a UUID key has a default unasked: leave `default = none` out",
        ]);
    }
}

/// Refuses a field of a composite type that `CockroachDB` does not have there.
#[track_caller]
pub const fn composite_field(field: &str, ty: ColumnType) {
    if ty.is_user_defined() {
        fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            ", and CockroachDB has no composite types of types that are made by CREATE TYPE (cockroach#91779): use a \
             column, a text, or `Json<T>` for all of it",
        ]);
    }
    if !ty.is_composite_field() {
        fail(&[
            "`",
            field,
            "` is ",
            type_name(&ty),
            ", which a composite type cannot hold: use a column, or `Json<T>` for all of it",
        ]);
    }
}

/// Refuses arrays that `CockroachDB` does not have.
#[track_caller]
pub const fn array_column(field: &str, ty: ColumnType) {
    if let ColumnType::Array(element) = ty
        && !element.has_arrays()
    {
        fail(&[
            "`",
            field,
            "` is an array of ",
            type_name(element),
            ", which CockroachDB does not have: use a table",
        ]);
    }
}

/// Refuses an `identity` that is no whole number, or may be NULL.
#[track_caller]
pub const fn identity_column(field: &str, ty: ColumnType, nullable: bool) {
    if !matches!(ty, ColumnType::Int2 | ColumnType::Int4 | ColumnType::Int8) {
        fail(&[
            "`identity` on `",
            field,
            "` needs a whole number (`i64`), but the field is ",
            type_name(&ty),
        ]);
    }
    if nullable {
        fail(&["`", field, "` is an identity, so it is never NULL: it cannot be an `Option`"]);
    }
}

/// Refuses options of a sequence that the server would refuse.
#[track_caller]
pub const fn sequence_options(options: SequenceOptions, ty: ColumnType) {
    if let Some(why) = options.wrong(SequenceType::of_column(&ty)) {
        fail(&["the sequence of this identity ", why]);
    }
}

/// Refuses `collate = ".."` on what is no text.
#[track_caller]
pub const fn collated_column(field: &str, ty: ColumnType) {
    if !matches!(element(ty), ColumnType::String) {
        fail(&["`collate = \"..\"` on `", field, "` needs a STRING, but the field is ", type_name(&ty)]);
    }
}

/// Refuses `updated_at` on what is no time.
#[track_caller]
pub const fn updated_at_column(field: &str, ty: ColumnType) {
    if !matches!(ty, ColumnType::TimestampTz | ColumnType::Timestamp) {
        fail(&[
            "`updated_at` is a TIMESTAMPTZ (or a TIMESTAMP), but `",
            field,
            "` is ",
            type_name(&ty),
            ": make it a `DateTime<Utc>`",
        ]);
    }
}

/// Refuses a `regional_by_row(column)` whose column is not a region, or may be NULL.
#[track_caller]
pub const fn region_column(field: &str, ty: ColumnType, nullable: bool) {
    if !matches!(ty, ColumnType::Region) {
        fail(&[
            "`regional_by_row(",
            field,
            ")` needs a field of type `Region` (crdb_internal_region), but it is ",
            type_name(&ty),
        ]);
    }
    if nullable {
        fail(&[
            "`regional_by_row(",
            field,
            ")` needs a `Region`, not an `Option<Region>`: a row lives somewhere",
        ]);
    }
}

/// Refuses a TTL by a column that is no time with a zone.
#[track_caller]
pub const fn ttl_column(field: &str, ty: ColumnType) {
    if !matches!(ty, ColumnType::TimestampTz) {
        fail(&[
            "a row expires at a TIMESTAMPTZ, but `",
            field,
            "` is ",
            type_name(&ty),
            ": choose another column, or an expression that gives one",
        ]);
    }
}

/// Refuses a time of deletion that is no time with a zone.
#[track_caller]
pub const fn soft_delete_column(field: &str, ty: ColumnType) {
    if !matches!(ty, ColumnType::TimestampTz) {
        fail(&[
            "a row is deleted at a TIMESTAMPTZ, but `",
            field,
            "` is ",
            type_name(&ty),
            ": make it an `Option<DateTime<Utc>>`, or the like of another crate of times",
        ]);
    }
}

/// Refuses a patch of what identifies a row, of what counts its changes, and of what every update sets by itself.
#[track_caller]
pub const fn patched_column(column: &str, key: &[&str], version: Option<&str>, updated_at: Option<&str>) {
    if let Some(updated_at) = updated_at
        && str_eq(column, updated_at)
    {
        fail(&[
            "`",
            column,
            "` is `updated_at`, which every update sets to now(): leave it out of the patch, and set it by \
             `.set(..)` where it has to be another time",
        ]);
    }
    let mut i = 0;
    while i < key.len() {
        if str_eq(key[i], column) {
            fail(&[
                "`",
                column,
                "` is part of the primary key, which says what row is changed: `update(key).patch(&patch)`; a field that is \
                 no part of the patch is `#[crdb(skip)]`",
            ]);
        }
        i += 1;
    }
    if let Some(version) = version
        && str_eq(version, column)
    {
        fail(&[
            "`",
            column,
            "` counts the changes of its row, and a patch that sets it would hide those of others: compare it by \
             `.version(seen)`; a field that is no part of the patch is `#[crdb(skip)]`",
        ]);
    }
}
