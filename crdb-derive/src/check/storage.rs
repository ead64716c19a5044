//! TTL, column families and storage parameters.

use super::{Columns, expression_text, sql_name};
use crate::errors::Errors;
use crate::model::{Field, Ttl};
use crate::parse::{StorageAttr, StorageValue, StructAst, TtlAttr};

/// Checks a row-level TTL. An expression that is one word is a column.
pub(super) fn ttl(attr: Option<TtlAttr>, columns: &Columns, errors: &mut Errors) -> Option<Ttl> {
    let attr = attr?;
    expression_text(&attr.text, errors);
    let word = |text: &str| syn::parse_str::<syn::Ident>(text).is_ok();
    let mut field = None;
    if !attr.after && word(&attr.text.value) {
        match columns.by_name(&attr.text.value) {
            Ok(position) => field = Some(position),
            Err(hint) => {
                errors.add(attr.text.span, format!("there is no column `{}`: {hint}", attr.text.value));
            }
        }
    }
    Some(Ttl {
        after: attr.after,
        text: attr.text.value,
        span: attr.text.span,
        field,
        settings: attr.settings,
    })
}

/// Checks the column families: each column is in one at most, and is stored.
pub(super) fn families(
    ast: &StructAst,
    fields: &[Field],
    columns: &Columns,
    errors: &mut Errors,
) -> Vec<(String, Vec<String>)> {
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for attr in &ast.attrs.families {
        sql_name("a column family", Some(&attr.name), errors);
        if all.iter().any(|(name, _)| *name == attr.name.value) {
            errors.add(attr.name.span, format!("two column families are called `{}`", attr.name.value));
        }
        if attr.fields.is_empty() {
            errors.add(attr.span, "a column family needs its columns: `family(name, on(a, b))`");
        }
        let mut names: Vec<String> = Vec::new();
        for ident in &attr.fields {
            let Some((position, column)) = columns.find(ident, errors) else { continue };
            let placed =
                all.iter().flat_map(|(_, columns)| columns).chain(&names).any(|other| *other == column);
            let computed = fields[position].column.as_ref().and_then(|column| column.computed.as_ref());
            if placed {
                errors
                    .add(ident.span(), format!("`{ident}` is in a column family already: it is in one only"));
            } else if computed.is_some_and(|(_, stored)| !stored) {
                errors.add(
                    ident.span(),
                    format!("`{ident}` is virtual, so it is not stored in any column family: leave it out"),
                );
            } else {
                names.push(column);
            }
        }
        all.push((attr.name.value.clone(), names));
    }
    all
}

/// Checks storage parameters, which are left to the server but for those that have an attribute of their own.
pub(super) fn parameters(all: Vec<StorageAttr>, errors: &mut Errors) -> Vec<(String, StorageValue)> {
    let mut parameters: Vec<(String, StorageValue)> = Vec::new();
    for StorageAttr { name, value } in all {
        let text = name.value.as_str();
        if text == "ttl" || text.starts_with("ttl_") {
            errors.add(name.span, format!("`{text}` belongs to a TTL: `#[crdb(ttl(..))]`"));
        } else if ["exclude_data_from_backup", "schema_locked"].contains(&text) {
            errors.add(name.span, format!("`{text}` is an attribute of its own: `#[crdb({text})]`"));
        } else if text
            .bytes()
            .any(|byte| !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'))
        {
            errors.add(name.span, "the name of a storage parameter is of small letters, digits and `_`");
        } else if parameters.iter().any(|(other, _)| other == text) {
            errors.add(name.span, format!("`{text}` is given twice"));
        }
        if matches!(&value, StorageValue::Text(text) if text.contains('\0')) {
            errors.add(name.span, "a storage parameter cannot hold a NUL");
        }
        parameters.push((name.value, value));
    }
    parameters
}
