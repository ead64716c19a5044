//! The primary key.

use proc_macro2::Span;
use syn::Ident;

use super::{Columns, sql_name};
use crate::errors::Errors;
use crate::model::{Hash, Key, Part};
use crate::names;
use crate::parse::{HashAttr, StructAst, inside_option};

/// As many columns as a tuple of key values can have.
const MAX_COLUMNS: usize = 6;

/// A key whose fields are not resolved yet.
pub(super) struct KeyFields {
    pub(super) parts: Vec<(Ident, bool)>,
    hash: Option<Hash>,
    name: Option<String>,
    span: Span,
}

impl KeyFields {
    pub(super) fn contains(&self, field: &Ident) -> bool {
        let name = names::plain(field);
        self.parts.iter().any(|(part, _)| names::plain(part) == name)
    }
}

/// Finds the key: on the struct or on fields, and not on both.
pub(super) fn check(ast: &StructAst, errors: &mut Errors) -> KeyFields {
    let mut key = KeyFields { parts: Vec::new(), hash: None, name: None, span: ast.ident.span() };
    let marked = || ast.fields.iter().filter(|field| field.attrs.primary_key.is_some());
    if let Some(attr) = &ast.attrs.primary_key {
        key.span = attr.span;
        for field in marked() {
            errors.add(
                field.ident.span(),
                format!(
                    "`{}` is marked `primary_key`, but the struct names the key's columns, too",
                    field.ident
                ),
            );
        }
        if attr.parts.is_empty() {
            errors.add(attr.span, "a primary key needs at least one column: `primary_key(a, b)`");
        }
        key.parts = attr.parts.iter().map(|part| (part.field.clone(), part.descending)).collect();
        key.hash = hash(attr.hash.as_ref(), errors);
        sql_name("a primary key", attr.name.as_ref(), errors);
        key.name = attr.name.as_ref().map(|name| name.value.clone());
        return key;
    }
    for field in marked() {
        let Some((span, hash_attr, name)) = &field.attrs.primary_key else { continue };
        if key.parts.is_empty() {
            key.span = *span;
        }
        key.parts.push((field.ident.clone(), false));
        if let Some(name) = name {
            sql_name("a primary key", Some(name), errors);
            if key.name.is_some() {
                errors.add(name.span, "`name` is given twice: it is said of the whole key");
            }
            key.name = Some(name.value.clone());
        }
        if let Some(hash_attr) = hash_attr {
            if key.hash.is_some() {
                errors.add(hash_attr.span, "`hash_sharded` is given twice: it is said of the whole key");
            }
            key.hash = hash(Some(hash_attr), errors);
        }
    }
    if key.parts.is_empty() {
        let hint = match ast.fields.iter().find(|field| field.ident == "id") {
            Some(_) => "put `#[crdb(primary_key)]` on `id`",
            None => "put `#[crdb(primary_key)]` on a field, such as `id: Uuid`",
        };
        errors.add(
            ast.ident.span(),
            format!(
                "`{}` has no primary key: {hint}, or `#[crdb(primary_key(a, b))]` on the struct",
                ast.ident
            ),
        );
    }
    key
}

/// Hash sharding with a number of buckets that CockroachDB takes.
pub(super) fn hash(attr: Option<&HashAttr>, errors: &mut Errors) -> Option<Hash> {
    let attr = attr?;
    if let Some((buckets, span)) = attr.buckets
        && !(2..=2048).contains(&buckets)
    {
        errors.add(span, "CockroachDB takes 2 to 2048 buckets");
    }
    Some(Hash { buckets: attr.buckets.map(|(buckets, _)| buckets) })
}

/// The key with its columns.
pub(super) fn resolve(key: &KeyFields, columns: &Columns, errors: &mut Errors) -> Key {
    if key.parts.len() > MAX_COLUMNS {
        errors.add(key.span, format!("a primary key has at most {MAX_COLUMNS} columns here"));
    }
    let parts = resolve_parts(
        key.parts.iter().map(|(field, desc)| (field, *desc)),
        columns,
        "the primary key",
        errors,
    );
    Key { parts, hash: key.hash, name: key.name.clone() }
}

/// The columns of a key or index, each once.
pub(super) fn resolve_parts<'a>(
    parts: impl Iterator<Item = (&'a Ident, bool)>,
    columns: &Columns,
    what: &str,
    errors: &mut Errors,
) -> Vec<Part> {
    let mut all: Vec<Part> = Vec::new();
    for (ident, descending) in parts {
        let Some((field, column)) = columns.find(ident, errors) else { continue };
        if all.iter().any(|part| part.field == Some(field)) {
            errors.add(ident.span(), format!("`{ident}` is in {what} twice"));
            continue;
        }
        all.push(Part { field: Some(field), column, descending, op_class: None });
    }
    all
}

/// Refuses an `Option` in the key, as far as tokens show it.
pub(super) fn not_nullable(field: &crate::parse::FieldAst, errors: &mut Errors) {
    if inside_option(&field.ty).is_some() {
        errors.add(
            syn::spanned::Spanned::span(&field.ty),
            format!(
                "`{}` is part of the primary key, so it cannot be an `Option`: a key is never NULL",
                field.ident
            ),
        );
    }
}
