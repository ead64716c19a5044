//! What the server gives a column beside its default: `on_update = now()`, `identity`, and who allows it.

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

/// The names in `allow(name, reason = "..")`.
pub(super) fn allow(item: &Item, errors: &mut Errors) -> Vec<Text> {
    let form = "allow(identity, reason = \"..\")";
    let Some(list) = errors.take(item.list(form)) else { return Vec::new() };
    let (mut names, mut reason) = (Vec::new(), None);
    for option in parse_items(list, errors) {
        if option.key() == "reason" {
            reason = errors.take(option.text());
        } else if let Some(span) = errors.take(option.flag()) {
            names.push(Text { value: option.key(), span });
        }
    }
    if reason.is_none_or(|text| text.value.trim().is_empty()) {
        errors.add(item.span(), format!("say why: `{form}`"));
    }
    names
}
