//! What goes together in a changefeed, beside what does not.

use crdb_orm::prelude::*;
use crdb_orm::schema::{KafkaSink, KafkaSinkConfig, PubSubSink, Sink, SinkBatching};

const BROKERS: &str = "one:9092,two:9092";

#[derive(CrdbTable, Clone)]
#[crdb(changefeed(into = "kafka://b", initial_scan = only, format = csv))]
#[crdb(changefeed(into = "kafka://b", unordered, key_column = a))]
#[crdb(changefeed(into = "kafka://b", format = avro, confluent_schema_registry = "https://r", updated, diff))]
#[crdb(changefeed(into = "s3://b", format = parquet, updated, resolved = "1m", compression = zstd))]
#[crdb(changefeed(into = "kafka://b", envelope = row, updated))]
#[crdb(changefeed(into = "kafka://b", envelope = enriched, enriched_properties = source, updated, diff))]
#[crdb(changefeed(into = "webhook-https://b/hook", webhook_client_timeout = "3s", compression = gzip))]
#[crdb(changefeed(into = "webhook-https://b", webhook_sink_config = SinkBatching::new().messages(10).frequency("5s")))]
#[crdb(changefeed(into = KafkaSink::new(BROKERS).topic_prefix("x"), kafka_sink_config = KafkaSinkConfig::new()))]
#[crdb(changefeed(into = PubSubSink::new("project").implicit(), unordered))]
#[crdb(changefeed(into = Sink::external("orders"), on_error = pause, gc_protect_expires_after = "24h"))]
#[crdb(changefeed(into = "kafka://b", headers_json_column_name = meta, extra_headers = [("a-b", "c")]))]
#[crdb(changefeed(into = "kafka://b", select = "*", filter = "event_op() != 'delete'", diff))]
#[crdb(changefeed(
    into = "kafka://b",
    select = r#"id, upper(note) AS note, t."Capital" + 1 AS more, (cdc_prev).a, meta->>'x', b'\x00'"#,
    filter = "(cdc_prev) IS NULL OR (cdc_prev).a IS DISTINCT FROM a AND note IN ('a', e'\\n') AND list[1] > 1.5e3",
))]
#[crdb(changefeed(sinkless, updated, resolved = "1s", envelope = key_only))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
    #[crdb(column = "Capital")]
    capital: i32,
    note: String,
    list: Vec<i64>,
    meta: Json<()>,
}

#[derive(CrdbTable, Clone)]
#[crdb(family(f, on(id)), family(g, on(a)))]
#[crdb(changefeed(into = "kafka://b", split_column_families))]
struct Families {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
}

fn main() {
    assert_eq!(T::TABLE.changefeeds.len() + Families::TABLE.changefeeds.len(), 16);
}
