//! `zone(..)`.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{LitInt, LitStr, Token};

use super::Text;
use super::items::{Arg, Item, number, parse_items, pieces, set};
use super::key::Name;
use crate::errors::{Errors, did_you_mean};

/// `zone(index = i, partition = p, gc_ttl_seconds = 600, constraints("+region=a" = 1))`.
pub(crate) struct ZoneAttr {
    pub(crate) span: Span,
    pub(crate) index: Option<Text>,
    pub(crate) partition: Option<Text>,
    /// The names of the setters and their numbers.
    pub(crate) numbers: Vec<(&'static str, u64)>,
    pub(crate) constraints: Option<Vec<Constraint>>,
    pub(crate) voter_constraints: Option<Vec<Constraint>>,
    pub(crate) lease_preferences: Option<Vec<Constraint>>,
    /// Variants of `ZoneField`.
    pub(crate) copies: Vec<&'static str>,
}

/// What can be copied from the parent: its variant of `ZoneField`.
const COPIED: [(&str, &str); 8] = [
    ("constraints", "Constraints"),
    ("gc_ttl_seconds", "GcTtlSeconds"),
    ("lease_preferences", "LeasePreferences"),
    ("num_replicas", "NumReplicas"),
    ("num_voters", "NumVoters"),
    ("range_max_bytes", "RangeMaxBytes"),
    ("range_min_bytes", "RangeMinBytes"),
    ("voter_constraints", "VoterConstraints"),
];

/// `"+region=a"`, `["+region=a", "+ssd"]`, and for how many replicas.
pub(crate) struct Constraint {
    pub(crate) all: Vec<String>,
    pub(crate) replicas: Option<u16>,
}

/// What can be set, with the greatest number.
const NUMBERS: [(&str, u64); 5] = [
    ("gc_ttl_seconds", u32::MAX as u64),
    ("num_replicas", u16::MAX as u64),
    ("num_voters", u16::MAX as u64),
    ("range_max_bytes", i64::MAX as u64),
    ("range_min_bytes", i64::MAX as u64),
];
const OTHERS: [&str; 6] =
    ["constraints", "copy_from_parent", "index", "lease_preferences", "partition", "voter_constraints"];

impl ZoneAttr {
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Option<Self> {
        let list = errors.take(item.list("zone(gc_ttl_seconds = 600)"))?;
        let mut zone = Self {
            span: item.span(),
            index: None,
            partition: None,
            numbers: Vec::new(),
            constraints: None,
            voter_constraints: None,
            lease_preferences: None,
            copies: Vec::new(),
        };
        for item in parse_items(list, errors) {
            let key = item.key();
            match key.as_str() {
                "index" => set(&mut zone.index, &item, name(&item, errors), errors),
                "partition" => set(&mut zone.partition, &item, name(&item, errors), errors),
                "constraints" => set(&mut zone.constraints, &item, constraints(&item, true, errors), errors),
                "voter_constraints" => {
                    set(&mut zone.voter_constraints, &item, constraints(&item, true, errors), errors);
                }
                "lease_preferences" => {
                    set(&mut zone.lease_preferences, &item, constraints(&item, false, errors), errors);
                }
                "copy_from_parent" => zone.copy(&item, errors),
                other => zone.number(&item, other, errors),
            }
        }
        Some(zone)
    }

    fn copy(&mut self, item: &Item, errors: &mut Errors) {
        let Some(list) = errors.take(item.list("copy_from_parent(num_replicas)")) else { return };
        for field in parse_items(list, errors) {
            let key = field.key();
            if let Some((_, variant)) = COPIED.iter().find(|(name, _)| *name == key) {
                self.copies.push(variant);
            } else {
                let hint = did_you_mean(&key, COPIED.map(|(name, _)| name));
                errors.add(field.span(), format!("`{key}` is nothing that a zone has: {hint}"));
            }
        }
    }

    fn number(&mut self, item: &Item, key: &str, errors: &mut Errors) {
        let Some((name, most)) = NUMBERS.iter().find(|(name, _)| *name == key) else {
            let names = NUMBERS.iter().map(|(name, _)| *name).chain(OTHERS);
            let hint = did_you_mean(key, names);
            errors.add(item.span(), format!("`{key}` is not known in `zone(..)`: {hint}"));
            return;
        };
        let Some(value) = errors.take(item.value(&format!("{key} = 1"))) else { return };
        let Some((number, span)) = errors.take(number::<u64>(&value)) else { return };
        if number > *most {
            errors.add(span, format!("`{key}` is {most} at most"));
        } else if self.numbers.iter().any(|(other, _)| other == name) {
            errors.add(item.span(), format!("`{key}` is given twice"));
        } else {
            self.numbers.push((name, number));
        }
    }
}

fn name(item: &Item, errors: &mut Errors) -> Option<Text> {
    let value = errors.take(item.value(&format!("{} = name", item.key())))?;
    errors.take(syn::parse2::<Name>(value)).map(|name| name.0)
}

fn constraints(item: &Item, counted: bool, errors: &mut Errors) -> Option<Vec<Constraint>> {
    let form = if counted {
        "constraints(\"+region=a\") or constraints(\"+region=a\" = 2, [\"+region=b\", \"+ssd\"] = 1)"
    } else {
        "lease_preferences(\"+region=a\", [\"+region=b\", \"+ssd\"])"
    };
    let Arg::List(list) = &item.arg else {
        errors.add(item.span(), format!("write it as `{form}`"));
        return None;
    };
    let mut all = Vec::new();
    for piece in pieces(list.clone()) {
        all.push(errors.take(syn::parse2::<Constraint>(piece))?);
    }
    let with_number = all.iter().filter(|one| one.replicas.is_some()).count();
    if with_number > 0 && (!counted || with_number < all.len()) {
        errors.add(item.span(), format!("each has a number of replicas, or none has: write it as `{form}`"));
        return None;
    }
    Some(all)
}

impl Parse for Constraint {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let wrong = |span: Span| {
            syn::Error::new(
                span,
                "expected a constraint such as `\"+region=us-east1\"`, or several in `[..]`",
            )
        };
        let text = |tokens: TokenStream| {
            syn::parse2::<LitStr>(tokens).map(|text| text.value()).map_err(|error| wrong(error.span()))
        };
        let all = match input.parse::<TokenTree>()? {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                pieces(group.stream()).into_iter().map(text).collect::<syn::Result<Vec<_>>>()?
            }
            other => vec![text(other.into())?],
        };
        let mut replicas = None;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            replicas = Some(input.parse::<LitInt>()?.base10_parse()?);
        }
        if input.is_empty() { Ok(Self { all, replicas }) } else { Err(wrong(input.span())) }
    }
}
