//! What the server gives a column beside its default: `on_update = now()`, `identity`; and what is allowed.

use proc_macro2::{Span, TokenTree};
use syn::Ident;

use super::Text;
use super::items::{Arg, Item, parse_items};
use crate::errors::Errors;

/// Whether `on_update = ..` is an expression, and not the one word of a foreign key's action.
pub(super) fn is_expression(item: &Item) -> bool {
    let Arg::Value(value) = &item.arg else { return false };
    let mut trees = value.clone().into_iter();
    !matches!((trees.next(), trees.next()), (Some(TokenTree::Ident(_)), None))
}

/// `identity` or `identity(always)`.
pub(crate) struct IdentityAttr {
    pub(crate) span: Span,
    pub(crate) always: bool,
}

impl IdentityAttr {
    pub(super) fn parse(item: &Item) -> syn::Result<Self> {
        let form = || {
            syn::Error::new(
                item.span(),
                "write it as `identity` (an insert may give a number) or `identity(always)` (it cannot)",
            )
        };
        let always = match &item.arg {
            Arg::None => false,
            Arg::Value(_) => return Err(form()),
            Arg::List(list) => {
                let word: Ident = syn::parse2(list.clone()).map_err(|_| form())?;
                match word.to_string().as_str() {
                    "always" => true,
                    "by_default" => false,
                    _ => return Err(form()),
                }
            }
        };
        Ok(Self { span: item.span(), always })
    }
}

/// One name in `allow(name, reason = "..")`.
#[derive(Clone)]
pub(crate) struct AllowAttr {
    pub(crate) name: Text,
    pub(crate) reason: String,
}

/// What `allow(..)` can allow, sorted: the names of the library's `schema::RED_LINES`.
pub(crate) const ALLOWED: [&str; 12] = [
    "float_key",
    "folded_names",
    "foreign_key_index",
    "identity",
    "json_key",
    "missing_locality",
    "redundant_index",
    "sequential_key",
    "time_ordered_key",
    "timestamp_led",
    "ttl_reference",
    "unique_across_tenants",
];

impl AllowAttr {
    /// Whether there is a red line of that name.
    pub(crate) fn is_known(&self) -> bool {
        ALLOWED.contains(&self.name.value.as_str())
    }
}

/// `allow(name, reason = "..")`.
pub(super) fn allow(item: &Item, errors: &mut Errors) -> Vec<AllowAttr> {
    let form = "allow(sequential_key, reason = \"..\")";
    let Some(list) = errors.take(item.list(form)) else { return Vec::new() };
    let (mut names, mut reason) = (Vec::new(), None);
    for option in parse_items(list, errors) {
        if option.key() == "reason" {
            reason = errors.take(option.text());
        } else if let Some(span) = errors.take(option.flag()) {
            names.push(Text { value: option.key(), span });
        }
    }
    let reason = reason.map(|text| text.value).filter(|text| !text.trim().is_empty());
    if reason.is_none() {
        errors.add(item.span(), format!("say why: `{form}`"));
    }
    let reason = reason.unwrap_or_default();
    names.into_iter().map(|name| AllowAttr { name, reason: reason.clone() }).collect()
}
