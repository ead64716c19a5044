//! `family(..)`, `storage(..)` and `schema_locked`.

use proc_macro2::Span;
use syn::Ident;
use syn::Lit;

use super::Text;
use super::items::{Arg, Item, parse_items, pieces};
use super::key::fields;
use crate::errors::Errors;

/// `family(name, a, b)`.
pub(crate) struct FamilyAttr {
    pub(crate) span: Span,
    pub(crate) name: Text,
    pub(crate) fields: Vec<Ident>,
}

/// One of `storage(name = value, ..)`.
pub(crate) struct StorageAttr {
    pub(crate) name: Text,
    pub(crate) value: StorageValue,
}

pub(crate) enum StorageValue {
    Bool(bool),
    Integer(i64),
    Text(String),
}

impl FamilyAttr {
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Option<Self> {
        let form = "family(name, on(a, b))";
        let mut parts = pieces(errors.take(item.list(form))?).into_iter();
        let (Some(first), Some(second), None) = (parts.next(), parts.next(), parts.next()) else {
            errors.add(item.span(), format!("write it as `{form}`"));
            return None;
        };
        let name = errors.take(syn::parse2::<super::key::Name>(first))?.0;
        let on = errors.take(super::items::item(second))?;
        if on.key() != "on" {
            errors.add(on.span(), format!("write it as `{form}`"));
            return None;
        }
        let fields = fields(errors.take(on.list("on(a, b)"))?, errors);
        Some(Self { span: item.span(), name, fields })
    }
}

impl StorageAttr {
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Vec<Self> {
        let Some(tokens) = errors.take(item.list("storage(name = value)")) else { return Vec::new() };
        parse_items(tokens, errors)
            .into_iter()
            .filter_map(|item| {
                let name = Text { value: item.key(), span: item.span() };
                Some(Self { name, value: errors.take(value(&item))? })
            })
            .collect()
    }
}

fn value(item: &Item) -> syn::Result<StorageValue> {
    let form = "a storage parameter is `true`, `false`, a whole number or a text";
    let tokens = item.value(&format!("{} = 1", item.key()))?;
    let literal: Lit = syn::parse2(tokens).map_err(|error| syn::Error::new(error.span(), form))?;
    match literal {
        Lit::Bool(value) => Ok(StorageValue::Bool(value.value)),
        Lit::Int(number) => number.base10_parse().map(StorageValue::Integer),
        Lit::Str(text) => Ok(StorageValue::Text(text.value())),
        other => Err(syn::Error::new(other.span(), form)),
    }
}

/// `schema_locked` or `schema_locked = false`.
pub(super) fn locked(item: &Item) -> syn::Result<bool> {
    let form = || syn::Error::new(item.span(), "write it as `schema_locked` or `schema_locked = false`");
    match &item.arg {
        Arg::None => Ok(true),
        Arg::Value(value) => {
            syn::parse2::<syn::LitBool>(value.clone()).map(|value| value.value).map_err(|_| form())
        }
        Arg::List(_) => Err(form()),
    }
}
