//! Foreign keys of several columns.

use syn::spanned::Spanned as _;

use super::key::resolve_parts;
use super::{Columns, sql_name};
use crate::errors::Errors;
use crate::model::{Field, ForeignKey, TableKey};
use crate::parse::{ColumnPaths, ForeignKeyAttr, path_text};

/// The columns that are referred to, when they are named: as many, and of the table.
pub(super) fn referenced(
    table: &syn::Path,
    key: Option<ColumnPaths>,
    count: usize,
    errors: &mut Errors,
) -> Option<ColumnPaths> {
    let key = key?;
    let span = key.table.span();
    if path_text(&key.table) != path_text(table) {
        let message = format!(
            "the key is of the table that is referred to: `{}` and `{}` are two",
            path_text(&key.table),
            path_text(table)
        );
        errors.add(span, message);
        return None;
    }
    if key.columns.len() != count {
        errors.add(
            span,
            format!(
                "a foreign key of {count} columns refers to as many, and `key` has {}",
                key.columns.len()
            ),
        );
        return None;
    }
    Some(key)
}

/// Resolves them.
pub(super) fn check(
    attrs: Vec<ForeignKeyAttr>,
    fields: &[Field],
    columns: &Columns,
    errors: &mut Errors,
) -> Vec<TableKey> {
    let key = |attr: ForeignKeyAttr| {
        if attr.fields.is_empty() {
            errors.add(
                attr.span,
                "a foreign key needs its columns: `foreign_key(city, rider_id, references = User)`",
            );
        }
        let names = attr.fields.iter().map(|field| (field, false));
        let parts = resolve_parts(names, columns, "the foreign key", errors);
        for (key, action) in [("on_delete", attr.on_delete), ("on_update", attr.on_update)] {
            let Some((action @ ("SetDefault" | "SetNull"), span)) = action else { continue };
            for column in parts.iter().filter_map(|part| fields.get(part.field?)?.column.as_ref()) {
                if action == "SetDefault" && column.default.is_none() {
                    errors.add(
                        span,
                        format!("`{key} = set_default` needs a default of `{}`: `default = ..`", column.name),
                    );
                } else if action == "SetNull" && column.in_key {
                    errors.add(
                        span,
                        format!("`{key} = set_null` cannot be: `{}` is part of the primary key", column.name),
                    );
                }
            }
        }
        sql_name("a constraint", attr.name.as_ref(), errors);
        if let (Some(span), 1) = (attr.match_full, parts.len()) {
            errors.add(span, "of one column there is no part that is NULL: leave `match_full` out");
        }
        TableKey {
            span: attr.span,
            columns: parts.into_iter().filter_map(|part| Some((part.field?, part.column))).collect(),
            key: ForeignKey {
                key: referenced(&attr.table, attr.key, attr.fields.len(), errors),
                table: attr.table,
                match_full: attr.match_full.is_some(),
                name: attr.name.map(|name| name.value),
                on_delete: attr.on_delete.map(|(action, _)| action),
                on_update: attr.on_update.map(|(action, _)| action),
            },
        }
    };
    // What could not be resolved has been noted; whether a column can be NULL is seen by the compiler.
    attrs.into_iter().map(key).filter(|key| !key.columns.is_empty()).collect()
}
