//! Relations follow foreign keys, whose values have one form.

use super::keys::parts_eq;
use super::text::{fail, list_eq, str_eq};
use super::types::{name_eq, type_name};
use crate::schema::{ColumnType, TableDef, TypeName};

/// Refuses a relation by columns that are no foreign key to the table.
#[track_caller]
pub const fn has_many(
    relation: &str,
    table: &TableDef,
    columns: &[&str],
    other: &TypeName,
    key_columns: &[&str],
) {
    if table.is_incomplete() {
        return;
    }
    let mut i = 0;
    while i < table.foreign_keys.len() {
        let key = &table.foreign_keys[i];
        if name_eq(&key.references, other) && list_eq(key.columns, columns) {
            if !list_eq(key.referenced, key_columns) {
                fail(&[
                    "`",
                    relation,
                    "` is no relation: `",
                    columns[0],
                    "` of `",
                    table.name.name,
                    "` refers to another key of `",
                    other.name,
                    "` than the primary one, by which rows are put together; join the tables instead",
                ]);
            }
            return;
        }
        i += 1;
    }
    let (and, second) = if columns.len() > 1 { ("`, `", columns[1]) } else { ("", "") };
    fail(&[
        "`",
        relation,
        "` is no relation: `",
        columns[0],
        and,
        second,
        "` of `",
        table.name.name,
        "` is no foreign key to `",
        other.name,
        "`: write `references = ..` on the field, or `foreign_key(.., references = ..)` with these columns in this order",
    ]);
}

/// Refuses a relation to one row by columns of which several rows may have the same.
#[track_caller]
pub const fn has_one(
    relation: &str,
    table: &TableDef,
    columns: &[&str],
    other: &TypeName,
    key_columns: &[&str],
) {
    has_many(relation, table, columns, other, key_columns);
    if table.is_incomplete() {
        return;
    }
    let mut unique = parts_eq(table.primary_key.parts, columns);
    let mut i = 0;
    while i < table.indexes.len() {
        let index = &table.indexes[i];
        unique = unique || (index.unique && index.filter.is_none() && parts_eq(index.parts, columns));
        i += 1;
    }
    let mut i = 0;
    while i < table.columns.len() {
        let column = &table.columns[i];
        unique = unique || (column.unique && columns.len() == 1 && str_eq(column.name, columns[0]));
        i += 1;
    }
    if !unique {
        fail(&[
            "`",
            relation,
            "` may be several rows, since `",
            columns[0],
            "` of `",
            table.name.name,
            "` is not unique: write `unique` there, or `has_many` here",
        ]);
    }
}

/// Whether equal values of a type may be written differently.
pub(crate) const fn has_several_forms(ty: ColumnType) -> bool {
    matches!(
        ty,
        ColumnType::Decimal
            | ColumnType::Float4
            | ColumnType::Float8
            | ColumnType::Jsonb
            | ColumnType::Interval
            | ColumnType::TimeTz
            | ColumnType::CiText
            | ColumnType::Array(_)
            | ColumnType::Composite(_)
    )
}

/// Refuses a relation by a column whose equal values have several forms: rows are put together by the bytes of their keys.
#[track_caller]
pub const fn relation_key(relation: &str, field: &str, ty: ColumnType) {
    if has_several_forms(ty) {
        fail(&[
            "`",
            relation,
            "` goes by `",
            field,
            "`, which is ",
            type_name(&ty),
            ": values of it that are equal may be written differently, so rows cannot be put together by it; ",
            "join the tables instead",
        ]);
    }
}
