//! `changefeed(into = "..", ..)`.

use proc_macro2::Span;
use syn::Ident;
use syn::ext::IdentExt;
use syn::parse::Parser;

use super::Text;
use super::items::{Arg, Item, parse_items};
use crate::errors::{Errors, did_you_mean, list};

/// A changefeed on the table.
pub(crate) struct FeedAttr {
    pub(crate) into: Text,
    pub(crate) options: Vec<FeedOption>,
}

/// An option, as the name of its variant in `ChangefeedOption` and what it takes.
pub(crate) enum FeedOption {
    Flag(&'static str),
    MaybeText(&'static str, Option<String>),
    Text(&'static str, String),
    /// The option's variant, the type and the variant of its value.
    Choice(&'static str, &'static str, &'static str),
}

const OPTIONS: [&str; 11] = [
    "diff",
    "envelope",
    "full_table_name",
    "initial_scan",
    "into",
    "key_in_value",
    "min_checkpoint_frequency",
    "mvcc_timestamp",
    "resolved",
    "split_column_families",
    "updated",
];

const ENVELOPES: [(&str, &str); 5] = [
    ("bare", "Bare"),
    ("enriched", "Enriched"),
    ("key_only", "KeyOnly"),
    ("row", "Row"),
    ("wrapped", "Wrapped"),
];

const SCANS: [(&str, &str); 3] = [("no", "No"), ("only", "Only"), ("yes", "Yes")];

impl FeedAttr {
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Option<Self> {
        let tokens = errors.take(item.list("changefeed(into = \"..\", updated)"))?;
        let mut into = None;
        let mut options = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        let mut only = None;
        for item in parse_items(tokens, errors) {
            let key = item.key();
            if seen.contains(&key) {
                errors.add(item.span(), format!("`{key}` is given twice"));
                continue;
            }
            let option = match key.as_str() {
                "into" => {
                    into = errors.take(item.text());
                    None
                }
                "updated" => flag(&item, "Updated", errors),
                "diff" => flag(&item, "Diff", errors),
                "mvcc_timestamp" => flag(&item, "MvccTimestamp", errors),
                "key_in_value" => flag(&item, "KeyInValue", errors),
                "full_table_name" => flag(&item, "FullTableName", errors),
                "split_column_families" => flag(&item, "SplitColumnFamilies", errors),
                "resolved" => match item.arg {
                    Arg::None => Some(FeedOption::MaybeText("Resolved", None)),
                    _ => duration(&item, errors).map(|text| FeedOption::MaybeText("Resolved", Some(text))),
                },
                "min_checkpoint_frequency" => {
                    duration(&item, errors).map(|text| FeedOption::Text("MinCheckpointFrequency", text))
                }
                "envelope" => choice(&item, &ENVELOPES, errors)
                    .map(|variant| FeedOption::Choice("Envelope", "Envelope", variant)),
                "initial_scan" => choice(&item, &SCANS, errors).map(|variant| {
                    only = (variant == "Only").then_some(item.span()).or(only);
                    FeedOption::Choice("InitialScan", "InitialScan", variant)
                }),
                other => {
                    let hint = did_you_mean(other, OPTIONS);
                    errors.add(item.span(), format!("`{other}` is not an option of a changefeed: {hint}"));
                    None
                }
            };
            options.extend(option);
            seen.push(key);
        }
        if let Some(span) = only {
            refuse_with_only(span, &seen, errors);
        }
        let Some(into) = into else {
            if !seen.iter().any(|name| name == "into") {
                errors.add(item.span(), "`changefeed(..)` needs a sink: `into = \"kafka://broker:9092\"`");
            }
            return None;
        };
        if into.value.trim().is_empty() {
            errors.add(into.span, "a sink is a URI such as `kafka://broker:9092`");
        }
        Some(Self { into, options })
    }
}

/// A changefeed that only scans has no progress to tell.
fn refuse_with_only(span: Span, seen: &[String], errors: &mut Errors) {
    for name in ["resolved", "diff", "mvcc_timestamp"] {
        if seen.iter().any(|given| given == name) {
            errors.add(span, format!("CockroachDB refuses `initial_scan = only` together with `{name}`"));
        }
    }
}

fn flag(item: &Item, variant: &'static str, errors: &mut Errors) -> Option<FeedOption> {
    errors.take(item.flag()).map(|_| FeedOption::Flag(variant))
}

/// A duration such as `10s`, as CockroachDB reads it.
pub(super) fn duration(item: &Item, errors: &mut Errors) -> Option<String> {
    let text = errors.take(item.text())?;
    let fits = text.value.chars().next().is_some_and(|first| first.is_ascii_digit())
        && text.value.ends_with(|last: char| last.is_ascii_lowercase())
        && text.value.chars().all(|c| c.is_ascii_digit() || c == '.' || "hmsuµn".contains(c));
    if !fits {
        errors
            .add(text.span, format!("`{}` is not a duration such as `10s`, `500ms` or `1h30m`", text.value));
    }
    Some(text.value)
}

fn choice(item: &Item, all: &[(&str, &'static str)], errors: &mut Errors) -> Option<&'static str> {
    let key = item.key();
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let Arg::Value(value) = &item.arg else {
        errors.add(item.span(), format!("write it as `{key} = {}`", names.first()?));
        return None;
    };
    let given = match Ident::parse_any.parse2(value.clone()) {
        Ok(word) => Text { value: word.to_string(), span: word.span() },
        Err(_) => errors.take(item.text())?,
    };
    let found = all.iter().find(|(name, _)| *name == given.value);
    if found.is_none() {
        errors.add(
            given.span,
            format!("`{}` is not known for `{key}`: it is one of {}", given.value, list(&names)),
        );
    }
    found.map(|(_, variant)| *variant)
}
