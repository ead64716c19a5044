//! `changefeed(into = "..", ..)`. What goes with what is checked by the library, in const code.

use proc_macro2::{Span, TokenStream};
use syn::Ident;
use syn::ext::IdentExt;
use syn::parse::Parser;

use super::Text;
use super::items::{Arg, Item, parse_items, set};
use crate::errors::{Errors, did_you_mean, list};

/// A changefeed on the table.
pub(crate) struct FeedAttr {
    pub(crate) span: Span,
    pub(crate) into: FeedSink,
    pub(crate) options: Vec<FeedOption>,
    pub(crate) select: Option<Text>,
    pub(crate) filter: Option<Text>,
}

/// Where it sends.
pub(crate) enum FeedSink {
    /// A URI.
    Uri(Text),
    /// A constant expression of the type `Sink`, or of a builder of one.
    Value(TokenStream),
    /// Nowhere but to the session that starts it.
    Nowhere,
}

/// An option, as the name of its variant in `ChangefeedOption` and what it takes.
pub(crate) enum FeedOption {
    Flag(&'static str),
    MaybeText(&'static str, Option<String>),
    Text(&'static str, String),
    /// The option's variant, the type and the variant of its value.
    Choice(&'static str, &'static str, &'static str),
    /// A column, by its field.
    Column(&'static str, Ident),
    /// A constant expression.
    Value(&'static str, TokenStream),
    /// The same behind a reference.
    Reference(&'static str, TokenStream),
}

/// What an option takes.
enum Takes {
    Nothing,
    MaybeDuration,
    Duration,
    Text,
    /// The type, and each word with its variant.
    Choice(&'static str, &'static [(&'static str, &'static str)]),
    Column,
    Value,
    Reference,
}

/// Each option: its name, its variant and what it takes.
const OPTIONS: [(&str, &str, Takes); 39] = [
    ("avro_schema_prefix", "AvroSchemaPrefix", Takes::Text),
    ("compression", "Compression", Takes::Choice("Compression", &[("gzip", "Gzip"), ("zstd", "Zstd")])),
    ("confluent_schema_registry", "ConfluentSchemaRegistry", Takes::Text),
    ("cursor", "Cursor", Takes::Text),
    ("diff", "Diff", Takes::Nothing),
    ("encode_json_value_null_as_object", "EncodeJsonValueNullAsObject", Takes::Nothing),
    ("end_time", "EndTime", Takes::Text),
    (
        "enriched_properties",
        "EnrichedProperties",
        Takes::Choice(
            "EnrichedProperties",
            &[("schema", "Schema"), ("source", "Source"), ("source,schema", "SourceAndSchema")],
        ),
    ),
    (
        "envelope",
        "Envelope",
        Takes::Choice(
            "Envelope",
            &[
                ("bare", "Bare"),
                ("enriched", "Enriched"),
                ("key_only", "KeyOnly"),
                ("row", "Row"),
                ("wrapped", "Wrapped"),
            ],
        ),
    ),
    ("execution_locality", "ExecutionLocality", Takes::Text),
    ("extra_headers", "ExtraHeaders", Takes::Reference),
    (
        "format",
        "Format",
        Takes::Choice(
            "Format",
            &[
                ("avro", "Avro"),
                ("csv", "Csv"),
                ("json", "Json"),
                ("parquet", "Parquet"),
                ("protobuf", "Protobuf"),
            ],
        ),
    ),
    ("full_table_name", "FullTableName", Takes::Nothing),
    ("gc_protect_expires_after", "GcProtectExpiresAfter", Takes::Duration),
    ("headers_json_column_name", "HeadersJsonColumnName", Takes::Column),
    ("ignore_disable_changefeed_replication", "IgnoreDisableChangefeedReplication", Takes::Nothing),
    (
        "initial_scan",
        "InitialScan",
        Takes::Choice("InitialScan", &[("no", "No"), ("only", "Only"), ("yes", "Yes")]),
    ),
    ("kafka_sink_config", "KafkaSinkConfig", Takes::Value),
    ("key_column", "KeyColumn", Takes::Column),
    ("key_in_value", "KeyInValue", Takes::Nothing),
    ("lagging_ranges_polling_interval", "LaggingRangesPollingInterval", Takes::Duration),
    ("lagging_ranges_threshold", "LaggingRangesThreshold", Takes::Duration),
    ("metrics_label", "MetricsLabel", Takes::Text),
    ("min_checkpoint_frequency", "MinCheckpointFrequency", Takes::Duration),
    ("mvcc_timestamp", "MvccTimestamp", Takes::Nothing),
    ("on_error", "OnError", Takes::Choice("OnError", &[("fail", "Fail"), ("pause", "Pause")])),
    ("protect_data_from_gc_on_pause", "ProtectDataFromGcOnPause", Takes::Nothing),
    ("pubsub_sink_config", "PubsubSinkConfig", Takes::Value),
    ("resolved", "Resolved", Takes::MaybeDuration),
    (
        "schema_change_events",
        "SchemaChangeEvents",
        Takes::Choice("SchemaChangeEvents", &[("column_changes", "ColumnChanges"), ("default", "Default")]),
    ),
    (
        "schema_change_policy",
        "SchemaChangePolicy",
        Takes::Choice(
            "SchemaChangePolicy",
            &[("backfill", "Backfill"), ("nobackfill", "NoBackfill"), ("stop", "Stop")],
        ),
    ),
    ("split_column_families", "SplitColumnFamilies", Takes::Nothing),
    ("topic_in_value", "TopicInValue", Takes::Nothing),
    ("unordered", "Unordered", Takes::Nothing),
    ("updated", "Updated", Takes::Nothing),
    (
        "virtual_columns",
        "VirtualColumns",
        Takes::Choice("VirtualColumns", &[("null", "Null"), ("omitted", "Omitted")]),
    ),
    ("webhook_auth_header", "WebhookAuthHeader", Takes::Text),
    ("webhook_client_timeout", "WebhookClientTimeout", Takes::Duration),
    ("webhook_sink_config", "WebhookSinkConfig", Takes::Value),
];

/// What a changefeed has besides its options.
const OTHERS: [&str; 4] = ["filter", "into", "select", "sinkless"];

impl FeedAttr {
    pub(super) fn parse(item: &Item, errors: &mut Errors) -> Option<Self> {
        let tokens = errors.take(item.list("changefeed(into = \"..\", updated)"))?;
        let (mut into, mut select, mut filter) = (None, None, None);
        let mut options = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for item in parse_items(tokens, errors) {
            let key = item.key();
            if seen.contains(&key) {
                errors.add(item.span(), format!("`{key}` is given twice"));
                continue;
            }
            match key.as_str() {
                "into" => set(&mut into, &item, sink(&item, errors), errors),
                "sinkless" => {
                    let nowhere = errors.take(item.flag()).map(|_| FeedSink::Nowhere);
                    if into.is_some() {
                        errors.add(item.span(), "a changefeed has a sink (`into`), or none (`sinkless`)");
                    } else {
                        into = nowhere;
                    }
                }
                "select" => select = errors.take(item.text()),
                "filter" => filter = errors.take(item.text()),
                other => {
                    let known = OPTIONS.iter().find(|(name, ..)| *name == other);
                    if let Some((_, variant, takes)) = known {
                        options.extend(option(&item, variant, takes, errors));
                    } else {
                        let names = OPTIONS.iter().map(|(name, ..)| *name).chain(OTHERS);
                        let hint = did_you_mean(other, names);
                        errors
                            .add(item.span(), format!("`{other}` is not an option of a changefeed: {hint}"));
                    }
                }
            }
            seen.push(key);
        }
        if filter.is_some() && select.is_none() && !seen.iter().any(|name| name == "select") {
            errors.add(
                item.span(),
                "a `filter` belongs to a CDC query: add `select = \"*\"` to send the whole row",
            );
        }
        let Some(into) = into else {
            if !seen.iter().any(|name| name == "into") {
                errors.add(
                    item.span(),
                    "`changefeed(..)` needs a sink: `into = \"kafka://broker:9092\"`, or `sinkless`",
                );
            }
            return None;
        };
        Some(Self { span: item.span(), into, options, select, filter })
    }
}

/// A URI, or an expression.
fn sink(item: &Item, errors: &mut Errors) -> Option<FeedSink> {
    let value = errors.take(item.value("into = \"kafka://broker:9092\""))?;
    let Ok(uri) = syn::parse2::<Text>(value.clone()) else { return Some(FeedSink::Value(value)) };
    if uri.value.trim().is_empty() {
        errors.add(uri.span, "a sink is a URI such as `kafka://broker:9092`");
        return None;
    }
    Some(FeedSink::Uri(uri))
}

fn option(item: &Item, variant: &'static str, takes: &Takes, errors: &mut Errors) -> Option<FeedOption> {
    let name = item.key();
    match takes {
        Takes::Nothing => errors.take(item.flag()).map(|_| FeedOption::Flag(variant)),
        Takes::MaybeDuration if matches!(item.arg, Arg::None) => Some(FeedOption::MaybeText(variant, None)),
        Takes::MaybeDuration => duration(item, errors).map(|text| FeedOption::MaybeText(variant, Some(text))),
        Takes::Duration => duration(item, errors).map(|text| FeedOption::Text(variant, text)),
        Takes::Text => errors.take(item.text()).map(|text| FeedOption::Text(variant, text.value)),
        Takes::Choice(ty, all) => {
            choice(item, all, errors).map(|value| FeedOption::Choice(variant, ty, value))
        }
        Takes::Column => {
            let value = errors.take(item.value(&format!("{name} = field")))?;
            let field = syn::parse2(value).map_err(|error| {
                syn::Error::new(error.span(), format!("`{name}` is a field, without quotes"))
            });
            errors.take(field).map(|field| FeedOption::Column(variant, field))
        }
        Takes::Value => errors
            .take(item.value(&format!(
                "{name} = {}::new()",
                if name == "kafka_sink_config" { "KafkaSinkConfig" } else { "SinkBatching" }
            )))
            .map(|value| FeedOption::Value(variant, value)),
        Takes::Reference => errors
            .take(item.value(&format!("{name} = [(\"name\", \"value\")]")))
            .map(|value| FeedOption::Reference(variant, value)),
    }
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
