//! Indexes and unique constraints.

use super::key::{hash, resolve_parts};
use super::{Columns, expression_text, sql_name};
use crate::errors::Errors;
use crate::model::{Field, Index, Key, Part};
use crate::parse::{IndexAttr, StructAst};

/// Checks all indexes of a table.
pub(super) fn check(
    ast: &StructAst,
    fields: &[Field],
    columns: &Columns,
    key: &Key,
    errors: &mut Errors,
) -> Vec<Index> {
    let mut all: Vec<Index> = Vec::new();
    for (position, field) in ast.fields.iter().enumerate() {
        if let (Some(_), Some(column)) = (field.attrs.index, &fields[position].column) {
            let part = Part { field: position, column: column.name.clone(), descending: false };
            all.push(plain(vec![part], false));
        }
    }
    for attr in &ast.attrs.indexes {
        let index = index(attr, columns, key, errors);
        if let Some(name) = &attr.name
            && all.iter().any(|other| other.name.as_ref() == Some(&name.value))
        {
            errors.add(name.span, format!("two indexes are called `{}`", name.value));
        }
        all.push(index);
    }
    for attr in &ast.attrs.uniques {
        if attr.fields.is_empty() {
            errors.add(attr.span, "`unique(..)` needs its columns: `unique(a, b)`");
        }
        let parts =
            resolve_parts(attr.fields.iter().map(|field| (field, false)), columns, "the constraint", errors);
        all.push(plain(parts, true));
    }
    // What could not be resolved has been noted.
    all.retain(|index| !index.parts.is_empty());
    all
}

fn plain(parts: Vec<Part>, unique: bool) -> Index {
    Index { name: None, parts, unique, filter: None, storing: Vec::new(), hash: None, comment: None }
}

fn index(attr: &IndexAttr, columns: &Columns, key: &Key, errors: &mut Errors) -> Index {
    sql_name("an index", attr.name.as_ref(), errors);
    if attr.parts.is_empty() {
        errors.add(attr.span, "an index needs at least one column: `on(a, b desc)`");
    }
    if let Some(comment) = attr.comment.as_ref().filter(|text| text.value.contains('\0')) {
        errors.add(comment.span, "a comment cannot hold a NUL");
    }
    if let Some(filter) = &attr.filter {
        expression_text(filter, errors);
    }
    let parts = attr.parts.iter().map(|part| (&part.field, part.descending));
    let parts = resolve_parts(parts, columns, "the index", errors);
    let mut storing: Vec<String> = Vec::new();
    for ident in &attr.storing {
        let Some((field, column)) = columns.find(ident, errors) else { continue };
        if key.parts.iter().any(|part| part.field == field) {
            errors.add(
                ident.span(),
                format!("`{ident}` is in the primary key, which every index stores: leave it out"),
            );
        } else if parts.iter().any(|part| part.field == field) {
            errors.add(ident.span(), format!("`{ident}` is in the index already: leave it out of `storing`"));
        } else if storing.contains(&column) {
            errors.add(ident.span(), format!("`{ident}` is stored twice"));
        } else {
            storing.push(column);
        }
    }
    Index {
        name: attr.name.as_ref().map(|name| name.value.clone()),
        parts,
        unique: attr.unique,
        filter: attr.filter.as_ref().map(|text| text.value.clone()),
        storing,
        hash: hash(attr.hash.as_ref(), errors),
        comment: attr.comment.as_ref().map(|text| text.value.clone()),
    }
}
