//! Foreign keys of several columns.

use super::Columns;
use super::key::resolve_parts;
use crate::errors::Errors;
use crate::model::{Field, ForeignKey, TableKey};
use crate::parse::ForeignKeyAttr;

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
        TableKey {
            span: attr.span,
            columns: parts.into_iter().filter_map(|part| Some((part.field?, part.column))).collect(),
            key: ForeignKey {
                table: attr.table,
                on_delete: attr.on_delete.map(|(action, _)| action),
                on_update: attr.on_update.map(|(action, _)| action),
            },
        }
    };
    // What could not be resolved has been noted; whether a column can be NULL is seen by the compiler.
    attrs.into_iter().map(key).filter(|key| !key.columns.is_empty()).collect()
}
