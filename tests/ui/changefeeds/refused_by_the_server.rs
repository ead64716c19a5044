use crdb_orm::prelude::*;
use crdb_orm::schema::{KafkaSink, KafkaSinkConfig, SinkBatching};

#[derive(CrdbTable, Clone)]
#[crdb(changefeed(into = "kafka://b", initial_scan = only, resolved))]
#[crdb(changefeed(into = "kafka://b", initial_scan = only, updated))]
#[crdb(changefeed(into = "kafka://b", unordered, resolved = "10s"))]
#[crdb(changefeed(into = "kafka://b", key_column = a))]
#[crdb(changefeed(into = "kafka://b", format = csv))]
#[crdb(changefeed(into = "kafka://b", format = avro))]
#[crdb(changefeed(into = "kafka://b", format = parquet))]
#[crdb(changefeed(into = "s3://b", format = parquet, topic_in_value))]
#[crdb(changefeed(into = "s3://b", format = avro, confluent_schema_registry = "https://r"))]
#[crdb(changefeed(into = "kafka://b", format = avro, confluent_schema_registry = "https://r", envelope = row))]
#[crdb(changefeed(into = "kafka://b", format = avro, confluent_schema_registry = "https://r", envelope = key_only, updated))]
#[crdb(changefeed(into = "kafka://b", format = avro, confluent_schema_registry = "https://r", encode_json_value_null_as_object))]
#[crdb(changefeed(into = "kafka://b", envelope = row, diff))]
#[crdb(changefeed(into = "kafka://b", envelope = key_only, key_in_value))]
#[crdb(changefeed(into = "s3://b", envelope = row))]
#[crdb(changefeed(into = "s3://b", envelope = enriched))]
#[crdb(changefeed(into = "kafka://b", enriched_properties = source))]
#[crdb(changefeed(into = "kafka://b", compression = gzip))]
#[crdb(changefeed(into = "kafka://b", webhook_client_timeout = "3s"))]
#[crdb(changefeed(into = "webhook-https://b", kafka_sink_config = KafkaSinkConfig::new()))]
#[crdb(changefeed(into = "webhook-https://b", webhook_client_timeout = "0s"))]
#[crdb(changefeed(into = "webhook-http://b"))]
#[crdb(changefeed(into = "webhook-https://b", webhook_sink_config = SinkBatching::new().messages(10)))]
#[crdb(changefeed(into = "kafka://b", kafka_sink_config = KafkaSinkConfig::new().compression_level(3)))]
#[crdb(changefeed(into = "kafak://b"))]
#[crdb(changefeed(into = "broker:9092"))]
#[crdb(changefeed(into = "confluent-cloud://b?api_key=x"))]
#[crdb(changefeed(into = "gcpubsub://project"))]
#[crdb(changefeed(into = "gcpubsub://project?region=r&topic_prefix=x"))]
#[crdb(changefeed(into = KafkaSink::new("b?sasl_password=x")))]
#[crdb(changefeed(into = "kafka://b", cursor = "yesterday"))]
#[crdb(changefeed(into = "kafka://b", execution_locality = "us-east1"))]
#[crdb(changefeed(into = "kafka://b", metrics_label = ""))]
#[crdb(changefeed(into = "kafka://b", confluent_schema_registry = "registry:8081"))]
#[crdb(changefeed(into = "kafka://b", extra_headers = [("a b", "c")]))]
#[crdb(changefeed(into = "kafka://b", headers_json_column_name = a))]
#[crdb(changefeed(sinkless, on_error = pause))]
#[crdb(changefeed(sinkless, gc_protect_expires_after = "1h"))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
