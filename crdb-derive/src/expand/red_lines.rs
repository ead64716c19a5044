//! Red lines that only the type of a field shows.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned as _;

use super::columns::{evaluate, type_of};
use crate::model::{Part, Table};
use crate::names;

/// Free const items.
pub(super) fn checks(table: &Table) -> Vec<TokenStream> {
    let allowed = |name: &str| table.allows.iter().any(|allow| allow.name.value == name);
    let mut checks = Vec::new();
    let mut each = |parts: &[Part], check: &str, at: Option<proc_macro2::Span>| {
        let fields = parts.iter().filter_map(|part| table.fields.get(part.field?));
        checks.extend(fields.map(|field| {
            let (name, ty) = (names::plain(&field.ident), type_of(&field.ty));
            evaluate(at.unwrap_or_else(|| field.ty.span()), check, &quote!(#name, #ty))
        }));
    };
    for check in ["float_key", "json_key"] {
        if !allowed(check) {
            each(&table.key.parts, check, None);
        }
    }
    if !allowed("timestamp_led") {
        if table.key.hash.is_none() {
            each(table.key.parts.get(..1).unwrap_or_default(), "timestamp_led", None);
        }
        for index in table.indexes.iter().filter(|index| index.hash.is_none() && index.method.is_none()) {
            each(index.parts.get(..1).unwrap_or_default(), "timestamp_led", Some(index.span));
        }
    }
    checks
}
