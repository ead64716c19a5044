//! What the server gives a column beside its default: `on_update = now()`, `identity`; and what is allowed.

use proc_macro2::{Span, TokenTree};

use super::Text;
use super::items::{Arg, Item, parse_items, set};
use crate::errors::{Errors, did_you_mean};

/// Whether `on_update = ..` is an expression, and not the one word of a foreign key's action.
pub(super) fn is_expression(item: &Item) -> bool {
    let Arg::Value(value) = &item.arg else { return false };
    let mut trees = value.clone().into_iter();
    !matches!((trees.next(), trees.next()), (Some(TokenTree::Ident(_)), None))
}

/// `identity`, `identity(always)` or `identity(start = 1000, increment = 10)`.
pub(crate) struct IdentityAttr {
    pub(crate) span: Span,
    pub(crate) always: bool,
    pub(crate) options: Vec<SequenceOption>,
}

/// A setter of the library's `SequenceOptions`, and its number.
#[derive(Clone)]
pub(crate) struct SequenceOption {
    pub(crate) name: &'static str,
    pub(crate) number: i64,
    pub(crate) span: Span,
}

const SEQUENCE_OPTIONS: [&str; 6] = ["cache", "increment", "max", "min", "node_cache", "start"];

impl IdentityAttr {
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Option<Self> {
        const FORM: &str =
            "write it as `identity` (an insert may give a number) or `identity(always)` (it cannot)";
        let mut identity = Self { span: item.span(), always: false, options: Vec::new() };
        let list = match &item.arg {
            Arg::None => return Some(identity),
            Arg::Value(_) => {
                errors.add(item.span(), FORM);
                return None;
            }
            Arg::List(list) => list.clone(),
        };
        let (mut kind, mut wrong) = (None, false);
        for option in parse_items(list, errors) {
            let key = option.key();
            match (key.as_str(), &option.arg) {
                ("always", Arg::None) => set(&mut kind, &option, Some(true), errors),
                ("by_default", Arg::None) => set(&mut kind, &option, Some(false), errors),
                (_, Arg::None) => {
                    errors.add(option.span(), FORM);
                    wrong = true;
                }
                (key, _) => {
                    let Some(name) = SEQUENCE_OPTIONS.into_iter().find(|name| *name == key) else {
                        let hint = did_you_mean(key, SEQUENCE_OPTIONS);
                        errors.add(
                            option.span(),
                            format!("`{key}` is no option of the sequence of an identity: {hint}"),
                        );
                        continue;
                    };
                    if identity.options.iter().any(|other| other.name == name) {
                        errors.add(option.span(), format!("`{key}` is given twice"));
                    } else if let Some((number, span)) = errors.take(whole(&option)) {
                        identity.options.push(SequenceOption { name, number, span });
                    }
                }
            }
        }
        identity.always = kind.unwrap_or_default();
        (!wrong).then_some(identity)
    }
}

/// `start = 1000` or `increment = -1`.
fn whole(item: &Item) -> syn::Result<(i64, Span)> {
    let value = item.value(&format!("{} = 1", item.key()))?;
    let (expression, span) = super::default::value(value)?;
    match expression {
        super::DefaultKind::Integer(number) => match i64::try_from(number) {
            Ok(number) => Ok((number, span)),
            Err(_) => Err(syn::Error::new(span, "this does not fit into INT8")),
        },
        _ => Err(syn::Error::new(span, "expected a whole number")),
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
