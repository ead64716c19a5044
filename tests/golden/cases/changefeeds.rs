//! Changefeeds.

use crdb_orm::schema::{
    CdcQuery, ChangefeedDef, ChangefeedOption as O, CloudStorageSink, ColumnDef, ColumnType, Compression,
    EnrichedProperties, Envelope, FamilyDef, Format, InitialScan, KafkaCompression, KafkaSink,
    KafkaSinkConfig, Locality, OnError, PubSubSink, PulsarSink, RequiredAcks, SchemaChangeEvents,
    SchemaChangePolicy, Sink, SinkBatching, TableDef, TtlDef, TypeName, VirtualColumns, WebhookSink,
};

use super::{Case, EMAIL, ID, KEY, STATUS, case, regions};

const ORDERS: TableDef = TableDef::new(TypeName::new("orders"), &[ID], KEY);

const META: ColumnDef = ColumnDef::new("Meta data", ColumnType::Jsonb).nullable(true);
const ORDER_TABLE: TableDef = TableDef::new(TypeName::new("Order"), &[ID, EMAIL, STATUS, META], KEY);

const KAFKA: Sink<'static> = Sink::uri("kafka://broker:9092");

pub(super) const CASES: &[Case] = &[
    case("changefeed_plain", &[&ORDERS.changefeeds(&[ChangefeedDef::new("kafka://broker:9092", &[])])]),
    case(
        "changefeed_options",
        &[&ORDERS.changefeeds(&[ChangefeedDef::new(
            "webhook-https://example.com/it's?insecure_tls_skip_verify=true",
            &[
                O::Updated,
                O::Resolved(Some("10s")),
                O::Diff,
                O::MvccTimestamp,
                O::KeyInValue,
                O::TopicInValue,
                O::FullTableName,
                O::SplitColumnFamilies,
                O::MinCheckpointFrequency("1s"),
                O::Envelope(Envelope::Wrapped),
                O::InitialScan(InitialScan::Yes),
                O::Cursor("1536242855577149065.0000000000"),
                O::EndTime("1636242855577149065"),
                O::SchemaChangeEvents(SchemaChangeEvents::Default),
                O::SchemaChangePolicy(SchemaChangePolicy::NoBackfill),
                O::VirtualColumns(VirtualColumns::Omitted),
                O::OnError(OnError::Fail),
                O::GcProtectExpiresAfter("0s"),
                O::ExecutionLocality("region=us-east1,cloud=aws"),
                O::MetricsLabel("it's ours"),
                O::LaggingRangesThreshold("1m"),
                O::LaggingRangesPollingInterval("30s"),
                O::IgnoreDisableChangefeedReplication,
                O::EncodeJsonValueNullAsObject,
                O::ExtraHeaders(&[("X-Api-Key", "it's \"hush\" \\ ö"), ("b", "")]),
                O::Compression(Compression::Gzip),
                O::WebhookAuthHeader("Basic it's"),
                O::WebhookClientTimeout("3s"),
                O::WebhookSinkConfig(SinkBatching::new().messages(1).frequency("1s").retry_forever()),
            ],
        )])],
    ),
    case(
        "changefeed_values",
        &[&ORDERS.changefeeds(&[
            ChangefeedDef::new("kafka://a", &[O::Resolved(None), O::InitialScan(InitialScan::Yes)]),
            ChangefeedDef::new("kafka://b", &[O::Envelope(Envelope::Row), O::InitialScan(InitialScan::No)]),
            ChangefeedDef::new("kafka://c", &[O::Envelope(Envelope::KeyOnly)]),
            ChangefeedDef::new("kafka://d", &[O::Envelope(Envelope::Bare)]),
            ChangefeedDef::new("kafka://e", &[O::Envelope(Envelope::Enriched)]),
            ChangefeedDef::new(
                "kafka://f",
                &[
                    O::Envelope(Envelope::Enriched),
                    O::EnrichedProperties(EnrichedProperties::SourceAndSchema),
                    O::Diff,
                    O::Updated,
                ],
            ),
            ChangefeedDef::new("s3://g", &[O::Format(Format::Csv), O::InitialScan(InitialScan::Only)]),
            ChangefeedDef::new("gs://h", &[O::Format(Format::Parquet), O::Compression(Compression::Zstd)]),
            ChangefeedDef::new("kafka://i", &[O::Format(Format::Protobuf)]),
        ])],
    ),
    case(
        "changefeed_of_a_table_in_a_schema",
        &[&TableDef::new(TypeName::new("orders").in_schema("sales"), &[ID], KEY).changefeeds(&[
            ChangefeedDef::new("s3://bucket/path?AWS_SECRET_ACCESS_KEY=hush", &[O::Updated]),
            ChangefeedDef::to(KAFKA, &[]).query(CdcQuery::select("orders.*").filter("event_op() = 'insert'")),
        ])],
    ),
    case(
        "changefeed_sinks",
        &[&ORDERS.changefeeds(&[
            ChangefeedDef::to(
                KafkaSink::new("one:9092,two:9092")
                    .topic_name("all orders")
                    .topic_prefix("shop_")
                    .ca_cert("LS0t+/==")
                    .client_cert("Y2VydA==", "a2V5")
                    .insecure_tls_skip_verify()
                    .sink(),
                &[O::KafkaSinkConfig(
                    KafkaSinkConfig::new()
                        .client_id("shop-1")
                        .version("2.8.0")
                        .required_acks(RequiredAcks::All)
                        .compression(KafkaCompression::Zstd)
                        .compression_level(3)
                        .flush_messages(100)
                        .flush_max_messages(1000)
                        .flush_bytes(65_536)
                        .flush_frequency("1s"),
                )],
            ),
            ChangefeedDef::to(KafkaSink::new("broker:9092").tls().sasl_plain("it's", "a&b=c?d/e f%ö").sink(), &[]),
            ChangefeedDef::to(KafkaSink::new("broker:9092").sasl_scram_sha_256("user", "hush").sink(), &[]),
            ChangefeedDef::to(KafkaSink::new("broker:9092").sasl_scram_sha_512("user", "hush").sink(), &[]),
            ChangefeedDef::to(
                KafkaSink::new("broker:9092")
                    .sasl_oauth("id", "aHVzaA==", "https://example.com/token")
                    .sasl_scopes("a b")
                    .sasl_grant_type("client_credentials")
                    .sink(),
                &[],
            ),
            ChangefeedDef::to(
                KafkaSink::new("b-1.msk:9098").sasl_aws_role("us-east-1", "arn:aws:iam::1:role/x", "shop").sink(),
                &[O::KafkaSinkConfig(KafkaSinkConfig::new())],
            ),
            ChangefeedDef::to(KafkaSink::confluent_cloud("pkc.confluent.cloud:9092", "key", "hu/sh").sink(), &[]),
            ChangefeedDef::to(KafkaSink::event_hub("hub.servicebus.windows.net:9093", "Root", "hu+sh=").sink(), &[]),
            ChangefeedDef::to(
                PubSubSink::new("project").region("us-east1").topic_name("orders").implicit().sink(),
                &[O::PubsubSinkConfig(SinkBatching::new().bytes(1000).frequency("5s").retries(4).backoff("10s"))],
            ),
            ChangefeedDef::to(PubSubSink::new("project").credentials("aHVzaA==").assume_role("r").sink(), &[O::Unordered]),
            ChangefeedDef::to(
                WebhookSink::new("example.com:8443", "/services/T0/hush hush").ca_cert("YQ==").sink(),
                &[O::WebhookSinkConfig(SinkBatching::new())],
            ),
            ChangefeedDef::to(
                CloudStorageSink::s3("bucket", "a/b c").aws_keys("AKIA", "hu/sh").s3_storage_class("STANDARD").sink(),
                &[],
            ),
            ChangefeedDef::to(
                CloudStorageSink::s3("bucket", "").implicit().assume_role("arn:aws:iam::1:role/x").aws_region("us-east-1").sink(),
                &[],
            ),
            ChangefeedDef::to(
                CloudStorageSink::google("bucket", "").google_credentials("aHVzaA==").file_size("32MB").partition_flat().sink(),
                &[],
            ),
            ChangefeedDef::to(CloudStorageSink::azure("box", "x").azure_key("account", "hu+sh==").partition_hourly().sink(), &[]),
            ChangefeedDef::to(CloudStorageSink::azure("box", "").azure_client("a", "t", "c", "hush").sink(), &[]),
            ChangefeedDef::to(CloudStorageSink::https("files.example.com", "/in").topic_prefix("shop_").sink(), &[]),
            ChangefeedDef::to(CloudStorageSink::node_local("1", "feeds").sink(), &[]),
            ChangefeedDef::to(PulsarSink::new("broker:6650").topic_name("orders").sink(), &[]),
            ChangefeedDef::to(Sink::external("kafka_sink"), &[]),
            ChangefeedDef::to(Sink::null(), &[]),
            ChangefeedDef::sinkless(&[O::Updated]),
        ])],
    ),
    case(
        "changefeed_queries",
        &[&ORDER_TABLE.changefeeds(&[
            ChangefeedDef::to(KAFKA, &[O::Diff]).query(CdcQuery::select("*")),
            ChangefeedDef::to(KAFKA, &[O::Updated, O::KeyInValue]).query(
                CdcQuery::select(
                    "id, STATUS AS s, \"Order\".email, \"Meta data\"->>'x' AS x, (cdc_prev).status AS was, event_op()",
                )
                .filter(
                    "(cdc_prev) IS NULL OR (cdc_prev).status IS DISTINCT FROM status AND email NOT LIKE '%it''s' \
                     AND statement_timestamp() > '2024-01-01'::TIMESTAMP WITH TIME ZONE",
                ),
            ),
            ChangefeedDef::to(KAFKA, &[O::KeyColumn("status"), O::Unordered]).query(CdcQuery::select(
                "extract(epoch FROM crdb_internal_mvcc_timestamp::TIMESTAMPTZ), CASE WHEN status IN ('a', 'b') THEN 1 \
                 ELSE length(email) END AS n, CAST(id AS STRING), public.price(email), ARRAY[email, status]",
            )),
            ChangefeedDef::to(KAFKA, &[O::HeadersJsonColumnName("Meta data")]),
        ])],
    ),
    case(
        "changefeed_over_families",
        &[&TableDef::new(TypeName::new("t"), &[ID, EMAIL], KEY)
            .families(&[FamilyDef::new("a", &["id"]), FamilyDef::new("b", &["email"])])
            .changefeeds(&[ChangefeedDef::to(KAFKA, &[O::SplitColumnFamilies])])],
    ),
    regions(
        "changefeed_of_hidden_columns",
        &[&TableDef::new(TypeName::new("t"), &[ID], KEY)
            .ttl(TtlDef::expire_after("1 day"))
            .locality(Locality::RegionalByRow(None))
            .changefeeds(&[ChangefeedDef::to(KAFKA, &[]).query(
                CdcQuery::select("cdc_prev, crdb_region")
                    .filter("event_op() = 'delete' AND (cdc_prev).crdb_internal_expiration < statement_timestamp()"),
            )])],
    ),
];
