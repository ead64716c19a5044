//! The options of a changefeed.

use std::fmt;

use super::super::ident;
use super::config::{KafkaSinkConfig, SinkBatching, push_json_text};
use super::redact;

/// An option of a changefeed.
///
/// Durations are texts as the server reads them: `10s`, `500ms`, `1h30m`. `Debug` shows an option as it is printed,
/// with `redacted` for what may be a credential.
///
/// Source: `CockroachDB`, "CREATE CHANGEFEED", options.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangefeedOption<'a> {
    /// `updated`: each row with the timestamp of its commit.
    Updated,
    /// `mvcc_timestamp`: the row's MVCC timestamp, in scans too.
    MvccTimestamp,
    /// `resolved`: progress messages, at most this often (such as `10s`) when a duration is given.
    Resolved(Option<&'a str>),
    /// `min_checkpoint_frequency`: how often progress is kept, and the least time between progress messages.
    MinCheckpointFrequency(&'a str),
    /// `diff`: the row before the change too.
    Diff,
    /// `key_in_value`: the key in the value too.
    KeyInValue,
    /// `topic_in_value`: the topic in the value too.
    TopicInValue,
    /// `full_table_name`: database and schema in the table's name.
    FullTableName,
    /// `split_column_families`: one message a column family.
    SplitColumnFamilies,
    /// `envelope`: the shape of a message.
    Envelope(Envelope),
    /// `enriched_properties`: what the enriched envelope has besides.
    EnrichedProperties(EnrichedProperties),
    /// `format`: how a message is written.
    Format(Format),
    /// `encode_json_value_null_as_object`: a JSON null is not written like an SQL NULL.
    EncodeJsonValueNullAsObject,
    /// `initial_scan`: what is sent of the rows that are there already.
    InitialScan(InitialScan),
    /// `cursor`: only changes after this time, such as `1536242855577149065.0000000000`.
    Cursor(&'a str),
    /// `end_time`: the changefeed ends with success at this time, in nanoseconds since 1970.
    EndTime(&'a str),
    /// `schema_change_events`: which changes of the schema count.
    SchemaChangeEvents(SchemaChangeEvents),
    /// `schema_change_policy`: what is done when the schema changes.
    SchemaChangePolicy(SchemaChangePolicy),
    /// `virtual_columns`: what is sent of virtual computed columns.
    VirtualColumns(VirtualColumns),
    /// `on_error`: what happens after an error that no retry helps against.
    OnError(OnError),
    /// `protect_data_from_gc_on_pause`, deprecated since 23.2, when a paused changefeed began to protect its data by itself.
    ProtectDataFromGcOnPause,
    /// `gc_protect_expires_after`: a changefeed that was paused for so long is cancelled.
    GcProtectExpiresAfter(&'a str),
    /// `execution_locality`: only these nodes work for it, such as `region=us-east1`.
    ExecutionLocality(&'a str),
    /// `metrics_label`: its metrics bear this label, of at most 128 bytes.
    MetricsLabel(&'a str),
    /// `lagging_ranges_threshold`: how late a range is to count as lagging.
    LaggingRangesThreshold(&'a str),
    /// `lagging_ranges_polling_interval`: how often lagging ranges are counted.
    LaggingRangesPollingInterval(&'a str),
    /// `ignore_disable_changefeed_replication`: sends what others told changefeeds to leave out, such as the deletes
    /// of a row-level TTL.
    IgnoreDisableChangefeedReplication,
    /// `key_column`: the column whose value is the message's key; needs [`Self::Unordered`].
    KeyColumn(&'a str),
    /// `unordered`: the messages of a row may come in any order.
    Unordered,
    /// `headers_json_column_name`: the JSONB column that becomes the headers of a Kafka message.
    HeadersJsonColumnName(&'a str),
    /// `extra_headers`: names and values that each message to Kafka or a webhook has as headers.
    ExtraHeaders(&'a [(&'a str, &'a str)]),
    /// `avro_schema_prefix`: what the registry's subjects begin with.
    AvroSchemaPrefix(&'a str),
    /// `confluent_schema_registry`: the address of the registry, which Avro needs.
    ConfluentSchemaRegistry(&'a str),
    /// `compression`: of files in cloud storage, and of requests to a webhook (25.2 and later).
    Compression(Compression),
    /// `kafka_sink_config`.
    KafkaSinkConfig(KafkaSinkConfig<'a>),
    /// `pubsub_sink_config`.
    PubsubSinkConfig(SinkBatching<'a>),
    /// `webhook_sink_config`.
    WebhookSinkConfig(SinkBatching<'a>),
    /// `webhook_auth_header`: the `Authorization` header, such as `Basic dXNlcjpwd2Q=`.
    WebhookAuthHeader(&'a str),
    /// `webhook_client_timeout`: how long an answer may take.
    WebhookClientTimeout(&'a str),
}

impl ChangefeedOption<'_> {
    /// Its name in SQL.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::MvccTimestamp => "mvcc_timestamp",
            Self::Resolved(_) => "resolved",
            Self::MinCheckpointFrequency(_) => "min_checkpoint_frequency",
            Self::Diff => "diff",
            Self::KeyInValue => "key_in_value",
            Self::TopicInValue => "topic_in_value",
            Self::FullTableName => "full_table_name",
            Self::SplitColumnFamilies => "split_column_families",
            Self::Envelope(_) => "envelope",
            Self::EnrichedProperties(_) => "enriched_properties",
            Self::Format(_) => "format",
            Self::EncodeJsonValueNullAsObject => "encode_json_value_null_as_object",
            Self::InitialScan(_) => "initial_scan",
            Self::Cursor(_) => "cursor",
            Self::EndTime(_) => "end_time",
            Self::SchemaChangeEvents(_) => "schema_change_events",
            Self::SchemaChangePolicy(_) => "schema_change_policy",
            Self::VirtualColumns(_) => "virtual_columns",
            Self::OnError(_) => "on_error",
            Self::ProtectDataFromGcOnPause => "protect_data_from_gc_on_pause",
            Self::GcProtectExpiresAfter(_) => "gc_protect_expires_after",
            Self::ExecutionLocality(_) => "execution_locality",
            Self::MetricsLabel(_) => "metrics_label",
            Self::LaggingRangesThreshold(_) => "lagging_ranges_threshold",
            Self::LaggingRangesPollingInterval(_) => "lagging_ranges_polling_interval",
            Self::IgnoreDisableChangefeedReplication => "ignore_disable_changefeed_replication",
            Self::KeyColumn(_) => "key_column",
            Self::Unordered => "unordered",
            Self::HeadersJsonColumnName(_) => "headers_json_column_name",
            Self::ExtraHeaders(_) => "extra_headers",
            Self::AvroSchemaPrefix(_) => "avro_schema_prefix",
            Self::ConfluentSchemaRegistry(_) => "confluent_schema_registry",
            Self::Compression(_) => "compression",
            Self::KafkaSinkConfig(_) => "kafka_sink_config",
            Self::PubsubSinkConfig(_) => "pubsub_sink_config",
            Self::WebhookSinkConfig(_) => "webhook_sink_config",
            Self::WebhookAuthHeader(_) => "webhook_auth_header",
            Self::WebhookClientTimeout(_) => "webhook_client_timeout",
        }
    }

    /// Writes `name = 'value'`; without `secrets`, what may be one is `redacted`.
    pub(crate) fn push(&self, sql: &mut String, secrets: bool) {
        sql.push_str(self.name());
        if let Some(value) = self.value(secrets) {
            sql.push_str(" = ");
            ident::push_literal(sql, &value);
        }
    }

    fn value(&self, secrets: bool) -> Option<String> {
        Some(match *self {
            Self::Updated
            | Self::MvccTimestamp
            | Self::Resolved(None)
            | Self::Diff
            | Self::KeyInValue
            | Self::TopicInValue
            | Self::FullTableName
            | Self::SplitColumnFamilies
            | Self::EncodeJsonValueNullAsObject
            | Self::ProtectDataFromGcOnPause
            | Self::IgnoreDisableChangefeedReplication
            | Self::Unordered => return None,
            Self::Envelope(value) => value.name().to_owned(),
            Self::EnrichedProperties(value) => value.name().to_owned(),
            Self::Format(value) => value.name().to_owned(),
            Self::InitialScan(value) => value.name().to_owned(),
            Self::SchemaChangeEvents(value) => value.name().to_owned(),
            Self::SchemaChangePolicy(value) => value.name().to_owned(),
            Self::VirtualColumns(value) => value.name().to_owned(),
            Self::OnError(value) => value.name().to_owned(),
            Self::Compression(value) => value.name().to_owned(),
            Self::Resolved(Some(text))
            | Self::MinCheckpointFrequency(text)
            | Self::Cursor(text)
            | Self::EndTime(text)
            | Self::GcProtectExpiresAfter(text)
            | Self::ExecutionLocality(text)
            | Self::MetricsLabel(text)
            | Self::LaggingRangesThreshold(text)
            | Self::LaggingRangesPollingInterval(text)
            | Self::KeyColumn(text)
            | Self::HeadersJsonColumnName(text)
            | Self::AvroSchemaPrefix(text)
            | Self::WebhookClientTimeout(text) => text.to_owned(),
            Self::KafkaSinkConfig(config) => config.json(),
            Self::PubsubSinkConfig(config) | Self::WebhookSinkConfig(config) => config.json(),
            Self::WebhookAuthHeader(text) if secrets => text.to_owned(),
            Self::WebhookAuthHeader(_) => redact::REDACTED.to_owned(),
            Self::ConfluentSchemaRegistry(uri) if secrets => uri.to_owned(),
            Self::ConfluentSchemaRegistry(uri) => redact::registry(uri),
            Self::ExtraHeaders(headers) => {
                let mut json = "{".to_owned();
                for (i, (name, value)) in headers.iter().enumerate() {
                    json.push_str(if i == 0 { "" } else { ", " });
                    push_json_text(&mut json, name);
                    json.push_str(": ");
                    push_json_text(&mut json, if secrets { value } else { redact::REDACTED });
                }
                json.push('}');
                json
            }
        })
    }
}

impl fmt::Debug for ChangefeedOption<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.push(&mut text, false);
        f.write_str(&text)
    }
}

/// An enum of words, each with its rustdoc and its text in SQL.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Its text in SQL.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

words! {
    /// The shape of a changefeed's messages.
    Envelope {
        /// The row under `after`, with metadata beside it.
        Wrapped = "wrapped",
        /// The row itself; only to Kafka, or without a sink.
        Row = "row",
        /// Only the key; only to Kafka, or without a sink.
        KeyOnly = "key_only",
        /// The row itself, metadata under `__crdb__`. The envelope of a CDC query that names none.
        Bare = "bare",
        /// With the operation and its source (25.2 and later); not to cloud storage.
        Enriched = "enriched",
    }
}

words! {
    /// What the enriched envelope has besides the row and the operation.
    EnrichedProperties {
        /// Where the change comes from.
        Source = "source",
        /// The schema of the message.
        Schema = "schema",
        /// Both.
        SourceAndSchema = "source,schema",
    }
}

words! {
    /// How a message is written.
    Format {
        /// JSON.
        Json = "json",
        /// Avro, with a schema registry; only to Kafka, or without a sink.
        Avro = "avro",
        /// CSV; only for `initial_scan = only`.
        Csv = "csv",
        /// Parquet files; only to cloud storage.
        Parquet = "parquet",
        /// Protocol buffers (25.4 and later).
        Protobuf = "protobuf",
    }
}

words! {
    /// What a changefeed sends of the rows that are there when it starts.
    InitialScan {
        /// All of them, then the changes.
        Yes = "yes",
        /// None of them.
        No = "no",
        /// Only them: the changefeed ends afterwards.
        Only = "only",
    }
}

words! {
    /// Which changes of a table's schema the policy is about.
    SchemaChangeEvents {
        /// A column with a default or a computed one is added, or any is dropped.
        Default = "default",
        /// Any column is added or dropped.
        ColumnChanges = "column_changes",
    }
}

words! {
    /// What a changefeed does when the schema of its table changes.
    SchemaChangePolicy {
        /// Sends all rows again in the new schema.
        Backfill = "backfill",
        /// Goes on, and sends nothing again.
        NoBackfill = "nobackfill",
        /// Ends with an error that tells the time of the change.
        Stop = "stop",
    }
}

words! {
    /// What a changefeed sends of virtual computed columns, whose values it does not have.
    VirtualColumns {
        /// Nothing.
        Omitted = "omitted",
        /// NULL.
        Null = "null",
    }
}

words! {
    /// What happens to a changefeed after an error that no retry helps against.
    OnError {
        /// It fails.
        Fail = "fail",
        /// It pauses, and can be resumed when the reason is gone.
        Pause = "pause",
    }
}

words! {
    /// How files in cloud storage and requests to a webhook are compressed.
    Compression {
        /// By gzip.
        Gzip = "gzip",
        /// By Zstandard.
        Zstd = "zstd",
    }
}
