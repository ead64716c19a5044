//! Red lines that only the type of a field shows.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::columns::{evaluate, type_of};
use crate::model::{Table, leading};
use crate::names;

/// Free const items.
pub(super) fn checks(table: &Table) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    let mut refuse = |check: &str, at: usize, span: Option<Span>| {
        let Some(field) = table.fields.get(at).filter(|_| !table.allows(check, Some(at))) else { return };
        let (name, ty) = (names::plain(&field.ident), type_of(&field.ty));
        checks.push(evaluate(span.unwrap_or_else(|| field.ty.span()), check, &quote!(#name, #ty)));
    };
    for at in table.key.parts.iter().filter_map(|part| part.field) {
        refuse("float_key", at, None);
        refuse("json_key", at, None);
    }
    let leading = |parts| leading(parts, table.locality.as_ref()).and_then(|part| part.field);
    if table.key.hash.is_none()
        && let Some(at) = leading(&table.key.parts)
    {
        refuse("timestamp_led", at, None);
    }
    for index in table.indexes.iter().filter(|index| index.is_plain() && !index.allows("timestamp_led")) {
        if let Some(at) = leading(&index.parts) {
            refuse("timestamp_led", at, Some(index.span));
        }
    }
    for (at, field) in table.fields.iter().enumerate() {
        if field.column.as_ref().is_some_and(|column| column.unique) {
            refuse("timestamp_led", at, None);
        }
    }
    checks.extend(unused(table));
    checks
}

/// An `allow` of what no type crosses.
fn unused(table: &Table) -> Vec<TokenStream> {
    let leading = |parts| leading(parts, table.locality.as_ref()).and_then(|part| part.field);
    let key = table.key.parts.iter().filter_map(|part| part.field);
    let keys: Vec<usize> = key.collect();
    let mut led: Vec<usize> =
        table.key.hash.is_none().then(|| leading(&table.key.parts)).flatten().into_iter().collect();
    led.extend(
        table.indexes.iter().filter(|index| index.is_plain()).filter_map(|index| leading(&index.parts)),
    );
    led.extend(
        table.fields.iter().enumerate().filter_map(|(at, field)| {
            field.column.as_ref().is_some_and(|column| column.unique).then_some(at)
        }),
    );
    let types = |candidates: &[usize]| {
        let fields = candidates.iter().filter_map(|at| table.fields.get(*at));
        let types = fields.map(|field| type_of(&field.ty));
        quote!(&[#(#types),*])
    };
    let of_types = |name: &str, span: Span, candidates: &[usize]| {
        let types = types(candidates);
        (!candidates.is_empty()).then(|| evaluate(span, "unused_allow", &quote!(#name, #types)))
    };
    let mut checks: Vec<TokenStream> = Vec::new();
    for (on, allow) in &table.allows {
        let here = |candidates: &[usize]| -> Vec<usize> {
            candidates.iter().copied().filter(|at| on.is_none() || *on == Some(*at)).collect()
        };
        let (name, span) = (allow.name.value.as_str(), allow.name.span);
        match name {
            "float_key" | "json_key" => checks.extend(of_types(name, span, &here(&keys))),
            "timestamp_led" => checks.extend(of_types(name, span, &here(&led))),
            "ttl_reference" => {
                let single = table.columns().filter_map(|(_, column)| column.references.as_ref());
                let tables = single.chain(table.foreign_keys.iter().map(|key| &key.key)).map(|key| {
                    let other = &key.table;
                    quote_spanned!(other.span()=> <#other as ::crdb_orm::__private::Table>::TABLE.ttl.is_some())
                });
                checks.push(evaluate(span, "unused_ttl_reference", &quote!(&[#(#tables),*])));
            }
            _ => {}
        }
    }
    for index in table.indexes.iter().filter(|index| index.is_plain()) {
        let first: Vec<usize> = leading(&index.parts).into_iter().collect();
        for allow in index.allows.iter().filter(|allow| allow.name.value == "timestamp_led") {
            checks.extend(of_types("timestamp_led", allow.name.span, &first));
        }
    }
    checks
}
