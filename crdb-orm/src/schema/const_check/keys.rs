//! Foreign keys, and the keys that they refer to.

use super::text::{fail, joined, str_eq};
use super::types::{type_eq, type_name};
use crate::schema::{ColumnType, KeyPart, TableDef};

/// Refuses a foreign key whose column has another type than the key that it refers to. `path` is the struct of the other
/// table, as it is written.
#[track_caller]
pub const fn foreign_key(
    path: &str,
    columns: &[&str],
    types: &[ColumnType],
    table: &TableDef,
    key: &[&str],
    key_types: &[ColumnType],
) {
    if table.is_incomplete() {
        return;
    }
    let other = &table.name;
    if columns.len() != key.len() {
        if key.len() == 1 {
            fail(&[
                "the primary key of `",
                other.name,
                "` is `",
                key[0],
                "` alone, and this foreign key has more columns: write `references = ..` on the field that refers to it",
            ]);
        }
        fail(&[
            "the primary key of `",
            other.name,
            "` is (`",
            joined(key, "`, `").text(),
            "`), and a foreign key has a column for each: write `#[crdb(foreign_key(",
            joined(key, ", ").text(),
            ", references = ",
            path,
            "))]` on the struct, with the fields of it that refer to them",
        ]);
    }
    let mut i = 0;
    while i < columns.len() {
        if !type_eq(&types[i], &key_types[i]) {
            fail(&[
                "`",
                columns[i],
                "` is ",
                type_name(&types[i]),
                ", but the key `",
                key[i],
                "` of `",
                other.name,
                "` is ",
                type_name(&key_types[i]),
            ]);
        }
        i += 1;
    }
}

/// Refuses a foreign key to columns of another table that are no unique key of it.
#[track_caller]
pub const fn referenced_key(table: &TableDef, columns: &[&str]) {
    if !table.is_incomplete() && !table.is_unique_key(columns) {
        fail(&[
            "`",
            columns[0],
            if columns.len() > 1 { "` and the others are no key of `" } else { "` is no key of `" },
            table.name.name,
            "`: a foreign key refers to the primary key or to columns that are unique: `unique` on the field, \
             `unique(a, b)` on the struct, or an index over them that is `unique` and has no `filter`",
        ]);
    }
}

/// Whether a key has these columns and no others, in whatever order.
pub(in crate::schema) const fn parts_eq(parts: &[KeyPart], columns: &[&str]) -> bool {
    let mut i = 0;
    while i < parts.len() {
        if parts[i].expression {
            return false;
        }
        let (mut found, mut j) = (false, 0);
        while j < columns.len() {
            found = found || str_eq(parts[i].column, columns[j]);
            j += 1;
        }
        if !found {
            return false;
        }
        i += 1;
    }
    parts.len() == columns.len()
}

/// Refuses `set_null` on a column that cannot be NULL.
#[track_caller]
pub const fn set_null(field: &str, nullable: bool) {
    if !nullable {
        fail(&["`set_null` needs a column that may be NULL, but `", field, "` is not an `Option`"]);
    }
}
