//! Which options go together, and with which sink: what the server refuses, refused before it is asked.
//!
//! Sources: `CockroachDB`, "CREATE CHANGEFEED", "Changefeed sinks" and "Changefeed message envelopes".

use super::mistake::{ChangefeedErrorKind as Kind, Mistake, first};
use super::option::{Envelope, Format, InitialScan};
use super::value::{self, Duration, has_control, only};
use super::{ChangefeedDef, ChangefeedOption as O, SinkKind};
use crate::schema::const_check::str_eq;
use crate::schema::{ColumnType, TableDef};

/// What is wrong with a changefeed as far as it alone can tell.
pub(super) const fn alone<'a>(def: &ChangefeedDef<'a>) -> Option<Mistake<'a>> {
    first!(def.into.mistake());
    let mut i = 0;
    while i < def.options.len() {
        let option = &def.options[i];
        let mut earlier = 0;
        while earlier < i {
            if str_eq(def.options[earlier].name(), option.name()) {
                return one(Kind::GivenTwice, &["`", option.name(), "` is given twice"]);
            }
            earlier += 1;
        }
        first!(self::value(option), of_sink(def.into.kind(), option));
        i += 1;
    }
    first!(format(def), envelope(def), scan(def), order(def));
    None
}

/// What is wrong with it on a table.
pub(super) const fn on_table<'a>(def: &ChangefeedDef<'a>, table: &'a TableDef) -> Option<Mistake<'a>> {
    on_target(def, table, false)
}

/// The same, where it may be of one column family only.
pub(super) const fn on_target<'a>(
    def: &ChangefeedDef<'a>,
    table: &'a TableDef,
    one_family: bool,
) -> Option<Mistake<'a>> {
    let mut i = 0;
    while i < def.options.len() {
        match def.options[i] {
            O::KeyColumn(name) => first!(column(table, "key_column", name, false)),
            O::HeadersJsonColumnName(name) => first!(column(table, "headers_json_column_name", name, true)),
            _ => {}
        }
        i += 1;
    }
    match &def.query {
        Some(_) if table.families.len() > 1 => one(
            Kind::SeveralFamilies,
            &[
                "`",
                table.name.name,
                "` has several column families, over which CockroachDB has no CDC query: ",
                "leave the query out and add `split_column_families`, or store the columns in one family",
            ],
        ),
        None if table.families.len() > 1 && !one_family && !given(def, "split_column_families") => one(
            Kind::SeveralFamilies,
            &[
                "`",
                table.name.name,
                "` has several column families, so a changefeed on it needs ",
                "`split_column_families`: it then sends one message a family",
            ],
        ),
        _ => None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "callers return it as it is")]
const fn one<'a>(kind: Kind, text: &[&'a str]) -> Option<Mistake<'a>> {
    Some(Mistake::new(kind, text))
}

const fn given(def: &ChangefeedDef<'_>, name: &str) -> bool {
    let mut i = 0;
    while i < def.options.len() {
        if str_eq(def.options[i].name(), name) {
            return true;
        }
        i += 1;
    }
    false
}

/// The first of some options that is given.
const fn any_of(def: &ChangefeedDef<'_>, names: &[&'static str]) -> Option<&'static str> {
    let mut i = 0;
    while i < names.len() {
        if given(def, names[i]) {
            return Some(names[i]);
        }
        i += 1;
    }
    None
}

const fn format_of(def: &ChangefeedDef<'_>) -> Format {
    let mut i = 0;
    while i < def.options.len() {
        if let O::Format(format) = def.options[i] {
            return format;
        }
        i += 1;
    }
    Format::Json
}

const fn envelope_of(def: &ChangefeedDef<'_>) -> Envelope {
    let mut i = 0;
    while i < def.options.len() {
        if let O::Envelope(envelope) = def.options[i] {
            return envelope;
        }
        i += 1;
    }
    if def.query.is_some() { Envelope::Bare } else { Envelope::Wrapped }
}

const fn only_scans(def: &ChangefeedDef<'_>) -> bool {
    let mut i = 0;
    while i < def.options.len() {
        if matches!(def.options[i], O::InitialScan(InitialScan::Only)) {
            return true;
        }
        i += 1;
    }
    false
}

/// The form of a value.
const fn value<'a>(option: &O<'a>) -> Option<Mistake<'a>> {
    let name = option.name();
    let wrong = match *option {
        O::Resolved(Some(text)) | O::MinCheckpointFrequency(text) | O::GcProtectExpiresAfter(text) => {
            if matches!(value::duration(text), Duration::Wrong) {
                return not_a_duration(text, name);
            }
            return None;
        }
        O::LaggingRangesThreshold(text)
        | O::LaggingRangesPollingInterval(text)
        | O::WebhookClientTimeout(text) => match value::duration(text) {
            Duration::Wrong => return not_a_duration(text, name),
            Duration::Zero => {
                return one(Kind::WrongValue, &["`", name, "` is longer than nothing, such as `10s`"]);
            }
            Duration::Some => return None,
        },
        O::Cursor(text) | O::EndTime(text) => !value::hlc(text),
        O::ExecutionLocality(text) => {
            if !value::locality(text) {
                return one(
                    Kind::WrongValue,
                    &["`execution_locality` is of pairs such as `region=us-east1,cloud=aws`"],
                );
            }
            return None;
        }
        O::MetricsLabel(text) => {
            if text.is_empty() || text.len() > 128 || has_control(text) {
                return one(Kind::WrongValue, &["`metrics_label` is of 1 to 128 bytes"]);
            }
            return None;
        }
        O::AvroSchemaPrefix(text) => {
            if text.is_empty() || !only(text, b"_") || text.as_bytes()[0].is_ascii_digit() {
                return one(Kind::WrongValue, &["`avro_schema_prefix` is a name of letters, digits and `_`"]);
            }
            return None;
        }
        O::ConfluentSchemaRegistry(text) => return registry(text),
        O::WebhookAuthHeader(text) => {
            if text.is_empty() || has_control(text) {
                return one(
                    Kind::WrongValue,
                    &["`webhook_auth_header` is one line, such as `Basic dXNlcjpwd2Q=`"],
                );
            }
            return None;
        }
        O::ExtraHeaders(headers) => return self::headers(headers),
        O::KafkaSinkConfig(config) => return config.mistake(),
        O::PubsubSinkConfig(config) | O::WebhookSinkConfig(config) => return config.mistake(name),
        _ => false,
    };
    if wrong {
        return one(
            Kind::WrongValue,
            &[
                "`",
                name,
                "` is a time of the cluster's clock: nanoseconds since 1970, with ten digits after the point ",
                "where there is one, such as `1536242855577149065.0000000000`",
            ],
        );
    }
    None
}

const fn not_a_duration<'a>(text: &'a str, name: &'static str) -> Option<Mistake<'a>> {
    // A long text is no duration that is worth showing.
    let text = if text.len() > 40 || has_control(text) { "this" } else { text };
    one(
        Kind::WrongValue,
        &["`", text, "` is not a duration such as `10s`, `500ms` or `1h30m`, as `", name, "` is"],
    )
}

const fn registry<'a>(address: &'a str) -> Option<Mistake<'a>> {
    let tls = value::starts_with(address, "https://");
    if has_control(address) || !(tls || value::starts_with(address, "http://")) {
        return one(
            Kind::WrongValue,
            &["`confluent_schema_registry` is an address such as `https://registry:8081`"],
        );
    }
    let certificates = {
        let (bytes, name) = (address.as_bytes(), b"ca_cert=");
        let (mut i, mut found) = (0, false);
        while i + name.len() <= bytes.len() {
            let mut matched = 0;
            while matched < name.len() && bytes[i + matched] == name[matched] {
                matched += 1;
            }
            found = found || matched == name.len();
            i += 1;
        }
        found
    };
    if certificates && !tls {
        return one(
            Kind::WrongValue,
            &["`confluent_schema_registry` has a `ca_cert`, so its address begins with `https://`"],
        );
    }
    None
}

const fn headers<'a>(headers: &[(&'a str, &'a str)]) -> Option<Mistake<'a>> {
    if headers.is_empty() {
        return one(Kind::WrongValue, &["`extra_headers` is at least one header"]);
    }
    let mut i = 0;
    while i < headers.len() {
        let (name, text) = headers[i];
        if name.is_empty() || !only(name, b"!#$%&'*+-.^_`|~") || has_control(text) {
            return one(
                Kind::WrongValue,
                &["a header of `extra_headers` has a name of letters, digits and `-`, and one line of text"],
            );
        }
        let mut earlier = 0;
        while earlier < i {
            if str_eq(headers[earlier].0, name) {
                return one(Kind::WrongValue, &["`extra_headers` has `", name, "` twice"]);
            }
            earlier += 1;
        }
        i += 1;
    }
    None
}

/// Which options a kind of sink has. An external connection may lead to any.
const fn of_sink<'a>(sink: SinkKind, option: &O<'a>) -> Option<Mistake<'a>> {
    use SinkKind::{CloudStorage, External, Kafka, PubSub, Sinkless, Webhook};
    let (fits, has_it) = match option {
        O::AvroSchemaPrefix(_) | O::ConfluentSchemaRegistry(_) => {
            (matches!(sink, Kafka | External | Sinkless), "sinks of Kafka's kind have")
        }
        O::KafkaSinkConfig(_) | O::HeadersJsonColumnName(_) => {
            (matches!(sink, Kafka | External), "sinks of Kafka's kind have")
        }
        O::ExtraHeaders(_) => {
            (matches!(sink, Kafka | Webhook | External), "sinks of Kafka's kind and webhooks have")
        }
        O::Compression(_) => (
            matches!(sink, CloudStorage | Webhook | External),
            "cloud storage and webhooks have (for Kafka it is a setting of `kafka_sink_config`)",
        ),
        O::PubsubSinkConfig(_) => (matches!(sink, PubSub | External), "Pub/Sub has"),
        O::WebhookSinkConfig(_) | O::WebhookAuthHeader(_) | O::WebhookClientTimeout(_) => {
            (matches!(sink, Webhook | External), "webhooks have")
        }
        O::OnError(_) | O::GcProtectExpiresAfter(_) | O::ProtectDataFromGcOnPause => {
            (!matches!(sink, Sinkless), "changefeeds with a sink have, which run as jobs")
        }
        _ => return None,
    };
    if fits {
        return None;
    }
    one(
        Kind::WrongSink,
        &["`", option.name(), "` is an option that only ", has_it, ": leave it out, or choose another sink"],
    )
}

/// Which formats go with the sink and the other options.
const fn format<'a>(def: &ChangefeedDef<'a>) -> Option<Mistake<'a>> {
    use SinkKind::{CloudStorage, External, Kafka, Null, Sinkless};
    let (format, sink) = (format_of(def), def.into.kind());
    let (fits, where_it_goes) = match format {
        Format::Avro => (matches!(sink, Kafka | External | Sinkless | Null), "Kafka"),
        Format::Parquet => (matches!(sink, CloudStorage | External | Null), "cloud storage"),
        _ => (true, ""),
    };
    if !fits {
        return one(
            Kind::WrongSink,
            &[
                "`format = ",
                format.name(),
                "` goes only to ",
                where_it_goes,
                ": choose another format or sink",
            ],
        );
    }
    if matches!(format, Format::Avro) && !given(def, "confluent_schema_registry") {
        return one(
            Kind::Missing,
            &[
                "`format = avro` needs the address of a schema registry: `confluent_schema_registry = \"https://..\"`",
            ],
        );
    }
    if matches!(format, Format::Csv) && !only_scans(def) {
        return one(
            Kind::Missing,
            &["`format = csv` needs `initial_scan = only`: it is an export, and no changes follow"],
        );
    }
    if matches!(format, Format::Parquet) && given(def, "topic_in_value") {
        return one(
            Kind::Conflict,
            &["CockroachDB refuses `format = parquet` together with `topic_in_value`"],
        );
    }
    if !matches!(format, Format::Json) && given(def, "encode_json_value_null_as_object") {
        return one(Kind::Conflict, &["`encode_json_value_null_as_object` needs `format = json`"]);
    }
    None
}

/// Which envelopes go with the sink, the format and the other options.
const fn envelope<'a>(def: &ChangefeedDef<'a>) -> Option<Mistake<'a>> {
    use SinkKind::{CloudStorage, External, Kafka, Null, Sinkless};
    let (envelope, format, sink) = (envelope_of(def), format_of(def), def.into.kind());
    let (fits, where_it_goes) = match envelope {
        Envelope::Row | Envelope::KeyOnly => {
            (matches!(sink, Kafka | External | Sinkless | Null), "Kafka, or without a sink")
        }
        Envelope::Enriched => {
            (!matches!(sink, CloudStorage), "Kafka, webhooks and Pub/Sub, or without a sink")
        }
        Envelope::Wrapped | Envelope::Bare => (true, ""),
    };
    if !fits {
        return one(
            Kind::WrongSink,
            &[
                "`envelope = ",
                envelope.name(),
                "` goes only to ",
                where_it_goes,
                ": use `wrapped` or `bare`, or choose another sink",
            ],
        );
    }
    if matches!((envelope, format), (Envelope::Row, Format::Avro)) {
        return one(
            Kind::Conflict,
            &["CockroachDB refuses `envelope = row` together with `format = avro`: use `bare`"],
        );
    }
    if matches!(envelope, Envelope::Enriched) {
        if !matches!(format, Format::Json | Format::Avro | Format::Protobuf) {
            return one(Kind::Conflict, &["`envelope = enriched` needs `format = json` or `avro`"]);
        }
        return None;
    }
    if given(def, "enriched_properties") {
        return one(Kind::Conflict, &["`enriched_properties` needs `envelope = enriched`"]);
    }
    let without_metadata = matches!(envelope, Envelope::Row | Envelope::KeyOnly);
    if without_metadata && let Some(option) = any_of(def, &["key_in_value", "topic_in_value"]) {
        return one(
            Kind::Conflict,
            &["`", option, "` has no place in `envelope = ", envelope.name(), "`: use `wrapped` or `bare`"],
        );
    }
    // In a CDC query, `diff` is what `cdc_prev` and `event_op()` go by.
    if def.query.is_none() && !matches!(envelope, Envelope::Wrapped) && given(def, "diff") {
        return one(
            Kind::Conflict,
            &[
                "`diff` adds `before`, which `envelope = ",
                envelope.name(),
                "` does not have: use `wrapped` or `enriched`",
            ],
        );
    }
    if !matches!(envelope, Envelope::Wrapped)
        && !matches!(format, Format::Json | Format::Parquet)
        && let Some(option) =
            any_of(def, &["key_in_value", "topic_in_value", "updated", "mvcc_timestamp", "diff"])
    {
        return one(
            Kind::Conflict,
            &[
                "`",
                option,
                "` needs `envelope = wrapped` when the format is `",
                format.name(),
                "`",
                if def.query.is_some() {
                    ", and a CDC query has `bare` unless it says otherwise"
                } else {
                    ""
                },
            ],
        );
    }
    None
}

/// A changefeed that only scans has no changes and no progress to tell.
const fn scan<'a>(def: &ChangefeedDef<'a>) -> Option<Mistake<'a>> {
    if only_scans(def)
        && let Some(option) = any_of(def, &["resolved", "diff", "mvcc_timestamp", "updated", "end_time"])
    {
        return one(
            Kind::Conflict,
            &["CockroachDB refuses `initial_scan = only` together with `", option, "`"],
        );
    }
    None
}

/// What goes with messages out of order.
const fn order<'a>(def: &ChangefeedDef<'a>) -> Option<Mistake<'a>> {
    if given(def, "unordered") {
        if given(def, "resolved") {
            return one(
                Kind::Conflict,
                &[
                    "CockroachDB refuses `unordered` together with `resolved`: out of order, no message tells that all ",
                    "earlier ones were sent",
                ],
            );
        }
        return None;
    }
    if given(def, "key_column") {
        return one(
            Kind::Missing,
            &["`key_column` needs `unordered`: messages of a row under several keys do not keep their order"],
        );
    }
    if matches!(def.into.kind(), SinkKind::PubSub) && !def.into.has("region") {
        return one(
            Kind::Missing,
            &[
                "Pub/Sub needs a region (`?region=us-east1`), or `unordered`: it keeps the order only in a region",
            ],
        );
    }
    None
}

/// A column of the table that an option names.
const fn column<'a>(
    table: &'a TableDef,
    option: &'static str,
    name: &'a str,
    jsonb: bool,
) -> Option<Mistake<'a>> {
    let mut i = 0;
    while i < table.columns.len() {
        let column = &table.columns[i];
        if str_eq(column.name, name) {
            if jsonb && !matches!(column.ty, ColumnType::Jsonb) {
                return one(
                    Kind::WrongColumn,
                    &["`", option, "` needs a JSONB column, but `", name, "` is none"],
                );
            }
            return None;
        }
        i += 1;
    }
    one(
        Kind::WrongColumn,
        &["`", option, "` names `", name, "`, which is no column of `", table.name.name, "`"],
    )
}
