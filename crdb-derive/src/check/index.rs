//! Indexes and unique constraints.

use super::index_options;
use super::key::{hash, resolve_parts};
use super::red_lines;
use super::volatile::changing;
use super::{Columns, expression_text, sql_name};
use crate::errors::Errors;
use crate::model::{Field, Index, Key, Locality, Part};
use crate::parse::{IndexAttr, StructAst};

/// What every index of a table stores: the positions of the fields.
pub(super) struct Stored {
    key: Vec<usize>,
    region: Option<usize>,
}

impl Stored {
    pub(super) fn of(key: &Key, locality: Option<&Locality>) -> Self {
        let region = match locality {
            Some(Locality::Row(Some((region, _)))) => Some(*region),
            _ => None,
        };
        Self { key: key.parts.iter().filter_map(|part| part.field).collect(), region }
    }
}

/// Checks all indexes of a table.
pub(super) fn check(
    ast: &mut StructAst,
    fields: &[Field],
    columns: &Columns,
    stored: &Stored,
    errors: &mut Errors,
) -> Vec<Index> {
    let mut all: Vec<Index> = Vec::new();
    for (position, field) in ast.fields.iter().enumerate() {
        if let (Some(span), Some(column)) = (field.attrs.index, &fields[position].column) {
            let part = Part {
                field: Some(position),
                column: column.name.clone(),
                descending: false,
                op_class: None,
            };
            all.push(plain(vec![part], false, span));
        }
        if let (Some(span), Some(column)) = (field.attrs.unique_without_index, &fields[position].column) {
            let part = Part {
                field: Some(position),
                column: column.name.clone(),
                descending: false,
                op_class: None,
            };
            all.push(Index { constraint: true, unindexed: true, ..plain(vec![part], true, span) });
        }
    }
    for attr in &mut ast.attrs.indexes {
        let parameters = index_options::parameters(attr, errors);
        let mut index = index(attr, columns, stored, errors);
        index.storage = parameters;
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
        sql_name("a constraint", attr.name.as_ref(), errors);
        if let Some(name) = &attr.name
            && all.iter().any(|other| other.name.as_ref() == Some(&name.value))
        {
            errors.add(name.span, format!("two indexes are called `{}`", name.value));
        }
        let storing = storing(&attr.storing, &parts, columns, stored, errors);
        let name = attr.name.as_ref().map(|name| name.value.clone());
        if let (Some(span), false) = (attr.without_index, storing.is_empty()) {
            errors.add(span, "a constraint without an index stores nothing: leave `storing` out");
        }
        let unindexed = attr.without_index.is_some();
        all.push(Index { name, constraint: true, unindexed, storing, ..plain(parts, true, attr.span) });
    }
    // What could not be resolved has been noted.
    all.retain(|index| !index.parts.is_empty());
    all
}

fn plain(parts: Vec<Part>, unique: bool, span: proc_macro2::Span) -> Index {
    Index {
        span,
        name: None,
        parts,
        method: None,
        unique,
        constraint: false,
        unindexed: false,
        filter: None,
        storing: Vec::new(),
        hash: None,
        storage: Vec::new(),
        visibility: None,
        comment: None,
        allows: Vec::new(),
    }
}

fn index(attr: &IndexAttr, columns: &Columns, stored: &Stored, errors: &mut Errors) -> Index {
    sql_name("an index", attr.name.as_ref(), errors);
    if attr.parts.is_empty() {
        errors.add(attr.span, "an index needs at least one column: `on(a, b desc)`");
    }
    if let Some(comment) = attr.comment.as_ref().filter(|text| text.value.contains('\0')) {
        errors.add(comment.span, "a comment cannot hold a NUL");
    }
    if let Some(filter) = &attr.filter {
        expression_text(filter, errors);
        changing(filter, "which rows are in an index", errors);
    }
    index_options::method(attr, errors);
    red_lines::of_an_index(&attr.allows, errors);
    let parts = index_options::parts(&attr.parts, columns, errors);
    let storing = storing(&attr.storing, &parts, columns, stored, errors);
    Index {
        name: attr.name.as_ref().map(|name| name.value.clone()),
        method: attr.method,
        filter: attr.filter.as_ref().map(|text| text.value.clone()),
        storing,
        hash: hash(attr.hash.as_ref(), &parts, columns, errors),
        visibility: attr.visibility.map(|(fraction, _)| fraction),
        comment: attr.comment.as_ref().map(|text| text.value.clone()),
        allows: attr.allows.clone(),
        ..plain(parts, attr.unique, attr.span)
    }
}

/// The columns that an index stores beside its own, each once.
fn storing(
    fields: &[syn::Ident],
    parts: &[Part],
    columns: &Columns,
    stored: &Stored,
    errors: &mut Errors,
) -> Vec<String> {
    let mut storing: Vec<String> = Vec::new();
    for ident in fields {
        let Some((field, column)) = columns.find(ident, errors) else { continue };
        if stored.key.contains(&field) {
            errors.add(
                ident.span(),
                format!("`{ident}` is in the primary key, which every index stores: leave it out"),
            );
        } else if stored.region == Some(field) {
            errors.add(
                ident.span(),
                format!("`{ident}` is the region of the row, with which every index begins: leave it out"),
            );
        } else if parts.iter().any(|part| part.field == Some(field)) {
            errors.add(ident.span(), format!("`{ident}` is in the index already: leave it out of `storing`"));
        } else if storing.contains(&column) {
            errors.add(ident.span(), format!("`{ident}` is stored twice"));
        } else {
            storing.push(column);
        }
    }
    storing
}
