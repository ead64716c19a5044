//! What of a schema needs which version of `CockroachDB`, as data.

use super::{
    ChangefeedDef, ChangefeedOption, ColumnType, Envelope, Format, IndexMethod, Schema, SinkKind,
    StorageParameter, TableDef, Target, TtlExpiry,
};

/// Something in a schema that not every supported version of `CockroachDB` has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// Row-level TTL by an interval.
    Ttl,
    /// Row-level TTL by an expression.
    TtlExpression,
    /// Row-level TTL whose deletes are left out of changefeeds.
    TtlWithoutChangefeeds,
    /// A table whose schema is locked.
    SchemaLocked,
    /// A secondary region.
    SecondaryRegion,
    /// A super region without a setting of the session.
    SuperRegionWithoutSetting,
    /// A comment on a type.
    TypeComment,
    /// A changefeed in the enriched envelope.
    EnrichedEnvelope,
    /// An index that no query uses.
    IndexNotVisible,
    /// An index that a part of all queries uses.
    IndexVisibility,
    /// An index of vectors.
    VectorIndex,
    /// The types `TSVECTOR` and `TSQUERY`.
    FullTextSearch,
    /// A composite type.
    CompositeType,
    /// A composite type with arrays.
    CompositeArray,
    /// The type `JSONPATH`.
    JsonPath,
    /// The type `VECTOR`.
    Vector,
    /// The type `CITEXT`.
    CiText,
    /// The type `LTREE`.
    LTree,
    /// A sequence whose numbers a node takes for all its sessions.
    SequenceNodeCache,
    /// Hash sharding by the first columns of a key or index alone.
    ShardColumns,
    /// Row-level security.
    RowLevelSecurity,
    /// A function of one's own.
    Function,
    /// A function in `PL/pgSQL`.
    PlPgSql,
    /// A trigger.
    Trigger,
    /// A procedure of one's own.
    Procedure,
    /// A changefeed on a schedule.
    ChangefeedSchedule,
    /// A changefeed whose Kafka headers are a column.
    ChangefeedHeadersColumn,
    /// A changefeed with headers of its own.
    ChangefeedExtraHeaders,
    /// A changefeed in protocol buffers.
    ChangefeedProtobuf,
    /// A changefeed that compresses requests to a webhook.
    WebhookCompression,
    /// A changefeed that sets how hard messages to Kafka are compressed.
    KafkaCompressionLevel,
    /// A changefeed to Azure Event Hubs.
    EventHubSink,
    /// A changefeed to Amazon MSK by a role.
    MskByRole,
    /// A changefeed that sends what others told changefeeds to leave out.
    ChangefeedOfUnreplicated,
    /// A changefeed that sets what lagging ranges are.
    ChangefeedLaggingRanges,
    /// A changefeed that tells a JSON null from an SQL NULL.
    ChangefeedNullAsObject,
}

impl Feature {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Ttl,
        Self::TtlExpression,
        Self::TtlWithoutChangefeeds,
        Self::SchemaLocked,
        Self::SecondaryRegion,
        Self::SuperRegionWithoutSetting,
        Self::TypeComment,
        Self::EnrichedEnvelope,
        Self::IndexNotVisible,
        Self::IndexVisibility,
        Self::VectorIndex,
        Self::FullTextSearch,
        Self::CompositeType,
        Self::CompositeArray,
        Self::JsonPath,
        Self::Vector,
        Self::CiText,
        Self::LTree,
        Self::SequenceNodeCache,
        Self::ShardColumns,
        Self::RowLevelSecurity,
        Self::Function,
        Self::PlPgSql,
        Self::Trigger,
        Self::Procedure,
        Self::ChangefeedSchedule,
        Self::ChangefeedHeadersColumn,
        Self::ChangefeedExtraHeaders,
        Self::ChangefeedProtobuf,
        Self::WebhookCompression,
        Self::KafkaCompressionLevel,
        Self::EventHubSink,
        Self::MskByRole,
        Self::ChangefeedOfUnreplicated,
        Self::ChangefeedLaggingRanges,
        Self::ChangefeedNullAsObject,
    ];

    /// The first version that has it, such as `(24, 2)`.
    ///
    /// Source: `CockroachDB`'s release notes and the pages of each statement.
    pub const fn since(self) -> (u16, u16) {
        match self {
            Self::Ttl
            | Self::TtlExpression
            | Self::SecondaryRegion
            | Self::Function
            | Self::IndexNotVisible => (22, 2),
            Self::SchemaLocked | Self::FullTextSearch | Self::CompositeType | Self::ChangefeedSchedule => {
                (23, 1)
            }
            Self::PlPgSql | Self::Procedure | Self::IndexVisibility => (23, 2),
            Self::TtlWithoutChangefeeds
            | Self::SequenceNodeCache
            | Self::EventHubSink
            | Self::ChangefeedOfUnreplicated
            | Self::ChangefeedLaggingRanges => (24, 1),
            Self::TypeComment | Self::MskByRole | Self::ChangefeedNullAsObject | Self::Vector => (24, 2),
            Self::KafkaCompressionLevel | Self::Trigger => (24, 3),
            Self::EnrichedEnvelope
            | Self::RowLevelSecurity
            | Self::ChangefeedHeadersColumn
            | Self::WebhookCompression
            | Self::JsonPath
            | Self::VectorIndex => (25, 2),
            Self::CiText => (25, 3),
            Self::ChangefeedExtraHeaders | Self::ChangefeedProtobuf | Self::LTree => (25, 4),
            Self::CompositeArray => (26, 1),
            Self::SuperRegionWithoutSetting | Self::ShardColumns => (26, 2),
        }
    }

    /// What it is, in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ttl => "row-level TTL",
            Self::TtlExpression => "row-level TTL by an expression",
            Self::TtlWithoutChangefeeds => "`disable_changefeed_replication` of a row-level TTL",
            Self::SchemaLocked => "`schema_locked`",
            Self::SecondaryRegion => "a secondary region",
            Self::SuperRegionWithoutSetting => "a super region without `enable_super_regions`",
            Self::TypeComment => "a comment on a type",
            Self::IndexNotVisible => "an index that is not visible",
            Self::IndexVisibility => "the visibility of an index",
            Self::VectorIndex => "a vector index",
            Self::FullTextSearch => "full-text search (TSVECTOR, TSQUERY)",
            Self::CompositeType => "a composite type",
            Self::CompositeArray => "a composite type with an array",
            Self::JsonPath => "the type JSONPATH",
            Self::Vector => "the type VECTOR",
            Self::CiText => "the type CITEXT",
            Self::LTree => "the type LTREE",
            Self::EnrichedEnvelope => "a changefeed in the enriched envelope",
            Self::SequenceNodeCache => "a sequence with a cache of each node",
            Self::ShardColumns => "hash sharding by the first columns of a key",
            Self::RowLevelSecurity => "row-level security",
            Self::Function => "a user-defined function",
            Self::PlPgSql => "a function in PL/pgSQL",
            Self::Procedure => "a procedure",
            Self::ChangefeedSchedule => "a changefeed on a schedule",
            Self::Trigger => "a trigger",
            Self::ChangefeedHeadersColumn => "`headers_json_column_name` of a changefeed",
            Self::ChangefeedExtraHeaders => "`extra_headers` of a changefeed",
            Self::ChangefeedProtobuf => "`format = protobuf` of a changefeed",
            Self::WebhookCompression => "`compression` of a changefeed to a webhook",
            Self::KafkaCompressionLevel => "`compression_level` in a changefeed's `kafka_sink_config`",
            Self::EventHubSink => "a changefeed to Azure Event Hubs",
            Self::MskByRole => "a changefeed to Amazon MSK by a role",
            Self::ChangefeedLaggingRanges => "the settings of lagging ranges of a changefeed",
            Self::ChangefeedNullAsObject => "`encode_json_value_null_as_object` of a changefeed",
            Self::ChangefeedOfUnreplicated => "`ignore_disable_changefeed_replication` of a changefeed",
        }
    }

    /// What can be done where it is not there, beside an upgrade.
    pub const fn instead(self) -> &'static str {
        match self {
            Self::Ttl => "leave it out and delete old rows by a job",
            Self::TtlExpression => "use `expire_after` where that is there, or delete old rows by a job",
            Self::EnrichedEnvelope => "use another envelope, such as `wrapped`",
            Self::SequenceNodeCache => "use `SequenceCache::Session`",
            Self::ShardColumns => "shard by all of its columns",
            Self::RowLevelSecurity => "give roles a view with a filter",
            Self::Function => "compute it in the query",
            Self::PlPgSql => "write it in SQL",
            Self::Procedure => "use a function, or statements of the program",
            Self::ChangefeedSchedule => "start it by a job of your own",
            Self::Trigger => "do it in the transaction that writes",
            Self::ChangefeedProtobuf => "use `format = avro` or `json`",
            Self::EventHubSink => "use its interface of Kafka",
            Self::MskByRole => "use SASL with a user and a password",
            Self::IndexVisibility => "use `not_visible`, or let all queries use the index",
            Self::FullTextSearch => "use trigrams, or a search engine",
            Self::CompositeType => "use a column for each field, or a JSONB document",
            Self::Vector => "use an array of FLOAT4, which nothing searches",
            Self::CiText => "use a STRING, and an index over `lower(..)`",
            Self::LTree | Self::JsonPath => "use a STRING",
            Self::CompositeArray => "use a column for the array, or a JSONB document",
            Self::TtlWithoutChangefeeds
            | Self::SchemaLocked
            | Self::SecondaryRegion
            | Self::IndexNotVisible
            | Self::VectorIndex
            | Self::SuperRegionWithoutSetting
            | Self::TypeComment
            | Self::ChangefeedHeadersColumn
            | Self::ChangefeedExtraHeaders
            | Self::WebhookCompression
            | Self::KafkaCompressionLevel
            | Self::ChangefeedOfUnreplicated
            | Self::ChangefeedLaggingRanges
            | Self::ChangefeedNullAsObject => "leave it out",
        }
    }
}

/// The storage parameters of a table or an index that are not as old as all supported versions.
///
/// Source: `CockroachDB`, "WITH (storage parameter)".
const PARAMETERS: [(&str, (u16, u16)); 3] = [
    ("infer_rbr_region_col_using_constraint", (25, 3)),
    ("skip_unique_checks", (26, 2)),
    ("sql_stats_canary_window", (26, 2)),
];

/// A storage parameter of a table that is printed and that a version does not have, and the first one that has it.
pub(super) fn newer_parameter(
    table: &TableDef,
    version: (u16, u16),
    is_printed: impl Fn(&StorageParameter) -> bool,
) -> Option<(&'static str, (u16, u16))> {
    let newer = PARAMETERS.iter().filter(|(_, since)| *since > version);
    let of_indexes = table.indexes.iter().flat_map(|index| index.storage).chain(table.primary_key.storage);
    let printed = table.storage.iter().chain(of_indexes).filter(|parameter| is_printed(parameter));
    let given: Vec<&str> = printed.map(|parameter| parameter.name).collect();
    newer.copied().find(|(name, _)| given.contains(name))
}

/// The features of a table without which it would be another one, in no order.
pub(super) fn of(table: &TableDef) -> Vec<Feature> {
    let mut features = Vec::new();
    if let Some(ttl) = &table.ttl {
        features.push(match ttl.expiry {
            TtlExpiry::After(_) => Feature::Ttl,
            TtlExpiry::At(_) => Feature::TtlExpression,
        });
        if ttl.disable_changefeed_replication {
            features.push(Feature::TtlWithoutChangefeeds);
        }
    }
    // A server without the lock has all tables open.
    if table.schema_locked == Some(true) {
        features.push(Feature::SchemaLocked);
    }
    if table.row_level_security.is_some() {
        features.push(Feature::RowLevelSecurity);
    }
    features.extend(table.columns.iter().filter_map(|column| of_type(&column.ty)));
    let hashes = table.indexes.iter().map(|index| index.hash).chain([table.primary_key.hash]);
    if hashes.flatten().any(|hash| !hash.columns.is_empty()) {
        features.push(Feature::ShardColumns);
    }
    for index in table.indexes {
        match index.visibility {
            Some(fraction) if fraction <= 0.0 => features.push(Feature::IndexNotVisible),
            Some(fraction) if fraction < 1.0 => features.push(Feature::IndexVisibility),
            _ => {}
        }
        if index.method == IndexMethod::Vector {
            features.push(Feature::VectorIndex);
        }
    }
    features.extend(table.changefeeds.iter().flat_map(of_changefeed));
    features
}

/// The features of a changefeed.
pub(super) fn of_changefeed(feed: &ChangefeedDef<'_>) -> Vec<Feature> {
    let option = |option: &ChangefeedOption<'_>| {
        Some(match option {
            ChangefeedOption::Envelope(Envelope::Enriched) => Feature::EnrichedEnvelope,
            ChangefeedOption::HeadersJsonColumnName(_) => Feature::ChangefeedHeadersColumn,
            ChangefeedOption::ExtraHeaders(_) => Feature::ChangefeedExtraHeaders,
            ChangefeedOption::Format(Format::Protobuf) => Feature::ChangefeedProtobuf,
            ChangefeedOption::Compression(_) if feed.into.kind() == SinkKind::Webhook => {
                Feature::WebhookCompression
            }
            ChangefeedOption::KafkaSinkConfig(config) if config.has_level() => Feature::KafkaCompressionLevel,
            ChangefeedOption::IgnoreDisableChangefeedReplication => Feature::ChangefeedOfUnreplicated,
            ChangefeedOption::LaggingRangesThreshold(_)
            | ChangefeedOption::LaggingRangesPollingInterval(_) => Feature::ChangefeedLaggingRanges,
            ChangefeedOption::EncodeJsonValueNullAsObject => Feature::ChangefeedNullAsObject,
            _ => return None,
        })
    };
    let mut features: Vec<Feature> = feed.options.iter().filter_map(option).collect();
    if feed.into.is_event_hub() {
        features.push(Feature::EventHubSink);
    }
    if feed.into.is_msk_by_role() {
        features.push(Feature::MskByRole);
    }
    features
}

/// What a type needs.
fn of_type(ty: &ColumnType) -> Option<Feature> {
    match ty {
        ColumnType::TsVector | ColumnType::TsQuery => Some(Feature::FullTextSearch),
        ColumnType::Composite(def) => {
            // Of a field's needs, the latest says enough.
            let fields = def.fields.iter().map(|field| match field.ty {
                ColumnType::Array(_) => Feature::CompositeArray,
                ty => of_type(&ty).unwrap_or(Feature::CompositeType),
            });
            fields.chain([Feature::CompositeType]).max_by_key(|feature| feature.since())
        }
        ColumnType::JsonPath => Some(Feature::JsonPath),
        ColumnType::Vector => Some(Feature::Vector),
        ColumnType::CiText => Some(Feature::CiText),
        ColumnType::LTree => Some(Feature::LTree),
        ColumnType::Array(element) => of_type(element),
        _ => None,
    }
}

/// The features of the database itself without which it would be another one.
pub(super) fn of_database(schema: &Schema) -> Vec<Feature> {
    schema.secondary().map(|_| Feature::SecondaryRegion).into_iter().collect()
}

impl Target {
    /// Whether the target is known to have a feature: a version that is not said has nothing for certain.
    pub(super) fn has_for_certain(self, feature: Feature) -> bool {
        self.server_version().is_some() && self.has(feature)
    }

    /// Whether the target has a feature. A `CockroachDB` whose version is not said has all of them but
    /// [`Feature::TypeComment`], which is left out until it is known to be there; a `PostgreSQL` has its own comments
    /// on types and nothing else of them.
    pub const fn has(self, feature: Feature) -> bool {
        if self.is_postgresql() {
            return matches!(feature, Feature::TypeComment);
        }
        let (major, minor) = feature.since();
        match self.server_version() {
            Some(version) => version.0 > major || (version.0 == major && version.1 >= minor),
            None => !matches!(feature, Feature::TypeComment),
        }
    }
}
