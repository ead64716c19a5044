//! The primary key.

use proc_macro2::Span;
use syn::Ident;

use super::{Columns, sql_name, storage};
use crate::errors::Errors;
use crate::model::{Hash, Key, Part};
use crate::names;
use crate::parse::{HashAttr, KeyOptions, StorageAttr, StorageValue, StructAst, inside_option};

/// As many columns as a tuple of key values can have.
const MAX_COLUMNS: usize = 6;

/// A key whose fields are not resolved yet.
pub(super) struct KeyFields {
    pub(super) parts: Vec<(Ident, bool)>,
    hash: Option<HashAttr>,
    name: Option<String>,
    storage: Vec<(String, StorageValue)>,
    span: Span,
}

impl KeyFields {
    pub(super) fn contains(&self, field: &Ident) -> bool {
        let name = names::plain(field);
        self.parts.iter().any(|(part, _)| names::plain(part) == name)
    }
}

/// Finds the key: on the struct or on fields, and not on both.
pub(super) fn check(ast: &mut StructAst, errors: &mut Errors) -> KeyFields {
    let mut key =
        KeyFields { parts: Vec::new(), hash: None, name: None, storage: Vec::new(), span: ast.ident.span() };
    let of_the_struct = ast.attrs.primary_key.as_mut().map(|attr| &mut attr.options);
    let of_fields = ast.fields.iter_mut().filter_map(|field| Some(&mut field.attrs.primary_key.as_mut()?.1));
    let storage =
        of_the_struct.into_iter().chain(of_fields).flat_map(|options| std::mem::take(&mut options.storage));
    key.storage = parameters(storage.collect(), errors);
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
        key.hash.clone_from(&attr.options.hash);
        sql_name("a primary key", attr.options.name.as_ref(), errors);
        key.name = attr.options.name.as_ref().map(|name| name.value.clone());
        return key;
    }
    for field in marked() {
        let Some((span, KeyOptions { hash, name, .. })) = &field.attrs.primary_key else { continue };
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
        if let Some(hash) = hash {
            if key.hash.is_some() {
                errors.add(hash.span, "`hash_sharded` is given twice: it is said of the whole key");
            }
            key.hash = Some(hash.clone());
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

/// The storage parameters of a key or an index.
pub(super) fn parameters(all: Vec<StorageAttr>, errors: &mut Errors) -> Vec<(String, StorageValue)> {
    for parameter in &all {
        match parameter.name.value.as_str() {
            "bucket_count" => {
                errors.add(parameter.name.span, "the number of buckets is `hash_sharded = 8`");
            }
            "shard_columns" => {
                errors.add(parameter.name.span, "the columns that are hashed are `hash_sharded(on(a))`");
            }
            _ => {}
        }
    }
    storage::parameters(all, errors)
}

/// Hash sharding with a number of buckets that CockroachDB takes, by all columns of a key or index or its first ones.
pub(super) fn hash(
    attr: Option<&HashAttr>,
    parts: &[Part],
    columns: &Columns,
    errors: &mut Errors,
) -> Option<Hash> {
    let attr = attr?;
    if let Some((buckets, span)) = attr.buckets
        && !(2..=2048).contains(&buckets)
    {
        errors.add(span, "CockroachDB takes 2 to 2048 buckets");
    }
    let mut hashed = Vec::new();
    if attr.on.as_ref().is_some_and(Vec::is_empty) {
        errors.add(attr.span, "`on` names the first columns of the key or index: `hash_sharded(on(a))`");
    }
    for (at, ident) in attr.on.iter().flatten().enumerate() {
        let Some((field, column)) = columns.find(ident, errors) else { continue };
        if parts.get(at).is_none_or(|part| part.field != Some(field)) {
            errors.add(
                ident.span(),
                "hash sharding is by the columns that the key or index begins with, in their order",
            );
            break;
        }
        hashed.push(column);
    }
    Some(Hash { buckets: attr.buckets.map(|(buckets, _)| buckets), columns: hashed })
}

/// The key with its columns.
pub(super) fn resolve(key: KeyFields, columns: &Columns, errors: &mut Errors) -> Key {
    if key.parts.len() > MAX_COLUMNS {
        errors.add(key.span, format!("a primary key has at most {MAX_COLUMNS} columns here"));
    }
    let parts = resolve_parts(
        key.parts.iter().map(|(field, desc)| (field, *desc)),
        columns,
        "the primary key",
        errors,
    );
    let hash = hash(key.hash.as_ref(), &parts, columns, errors);
    Key { parts, hash, name: key.name, storage: key.storage }
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
