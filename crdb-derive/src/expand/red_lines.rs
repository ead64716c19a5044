//! Red lines that only the type of a field shows.

use proc_macro2::{Span, TokenStream};
use quote::quote;
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
    checks
}
