//! `ttl(expire_after = "90 days", ..)` and `ttl(expiration = "expires_at", ..)`.

use proc_macro2::{Span, TokenStream};

use super::Text;
use super::items::{Arg, Item, number, parse_items};
use crate::errors::{Errors, did_you_mean};

/// Row-level TTL of the table.
pub(crate) struct TtlAttr {
    /// Whether `text` is an interval, and not an expression.
    pub(crate) after: bool,
    pub(crate) text: Text,
    pub(crate) settings: Vec<TtlSetting>,
}

/// A setting of the job, as the name of its method in `TtlDef` and what it takes.
pub(crate) enum TtlSetting {
    Flag(&'static str),
    Number(&'static str, u32),
    Text(&'static str, String),
}

const NAMES: [&str; 11] = [
    "delete_batch_size",
    "delete_rate_limit",
    "disable_changefeed_replication",
    "expiration",
    "expire_after",
    "job_cron",
    "label_metrics",
    "pause",
    "row_stats_poll_interval",
    "select_batch_size",
    "select_rate_limit",
];

const CRON_WORDS: [&str; 7] =
    ["@annually", "@daily", "@hourly", "@midnight", "@monthly", "@weekly", "@yearly"];

impl TtlAttr {
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Option<Self> {
        let tokens = errors.take(item.list("ttl(expire_after = \"90 days\")"))?;
        let (mut after, mut at): (Option<Text>, Option<Text>) = (None, None);
        let mut settings = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        let mut wrong = false;
        for item in parse_items(tokens, errors) {
            let key = item.key();
            if seen.contains(&key) {
                errors.add(item.span(), format!("`{key}` is given twice"));
                continue;
            }
            let Some(name) = NAMES.into_iter().find(|name| *name == key) else {
                let hint = did_you_mean(&key, NAMES);
                errors.add(item.span(), format!("`{key}` is not a setting of a TTL: {hint}"));
                wrong = true;
                continue;
            };
            match name {
                "expire_after" => after = interval(&item, errors),
                "expiration" => at = errors.take(item.text()),
                "job_cron" => settings.extend(cron(&item, errors).map(|text| TtlSetting::Text(name, text))),
                "row_stats_poll_interval" => settings
                    .extend(super::feed::duration(&item, errors).map(|text| TtlSetting::Text(name, text))),
                "pause" | "label_metrics" | "disable_changefeed_replication" => {
                    settings.extend(errors.take(item.flag()).map(|_| TtlSetting::Flag(name)));
                }
                _ => {
                    let least = u32::from(name.ends_with("_size"));
                    settings
                        .extend(rows(&item, name, least, errors).map(|rows| TtlSetting::Number(name, rows)));
                }
            }
            seen.push(key);
        }
        match (after, at) {
            (Some(_), Some(at)) => {
                errors.add(
                    at.span,
                    "a row expires by `expire_after` or by `expiration`, not by both: leave one out",
                );
                None
            }
            (Some(text), None) => Some(Self { after: true, text, settings }),
            (None, Some(text)) => Some(Self { after: false, text, settings }),
            (None, None) => {
                // A setting that is not known may have been meant as one of them.
                if !wrong && !seen.iter().any(|name| name.starts_with("expir")) {
                    errors.add(
                        item.span(),
                        "`ttl(..)` says when a row expires: `expire_after = \"90 days\"`, or `expiration = \"expires_at\"`",
                    );
                }
                None
            }
        }
    }
}

/// An interval that is not zero and not before now.
fn interval(item: &Item, errors: &mut Errors) -> Option<Text> {
    let text = errors.take(item.text())?;
    let fits =
        text.value.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) && !text.value.contains(['-', '\0']);
    if !fits {
        errors.add(
            text.span,
            format!("`{}` is not an interval after now, such as `90 days` or `12 hours`", text.value),
        );
    }
    Some(text)
}

/// `@daily`, or five fields as in a crontab.
fn cron(item: &Item, errors: &mut Errors) -> Option<String> {
    let text = errors.take(item.text())?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "*/,- ".contains(c);
    let fits = CRON_WORDS.contains(&text.value.as_str())
        || (text.value.split_whitespace().count() == 5 && text.value.chars().all(allowed));
    if !fits {
        errors.add(
            text.span,
            format!("`{}` is not a time for a job, such as `@daily`, `@hourly` or `30 3 * * *`", text.value),
        );
    }
    Some(text.value)
}

fn rows(item: &Item, name: &str, least: u32, errors: &mut Errors) -> Option<u32> {
    let value: TokenStream = match &item.arg {
        Arg::Value(value) => value.clone(),
        Arg::None | Arg::List(_) => {
            errors.add(item.span(), format!("write it as `{name} = 100`"));
            return None;
        }
    };
    let (rows, span): (u32, Span) = errors.take(number(&value))?;
    if rows < least {
        errors.add(span, format!("`{name}` is at least 1"));
    }
    Some(rows)
}
