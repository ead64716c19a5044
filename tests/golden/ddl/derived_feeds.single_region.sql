-- note: on CockroachDB with one region, changefeeds without a sink are left out, since each streams to the session that starts it: feeds

CREATE TABLE feeds (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  "owner id" INT8 NOT NULL,
  meta JSONB,
  CONSTRAINT feeds_pkey PRIMARY KEY (id)
);

CREATE CHANGEFEED FOR TABLE feeds INTO 'webhook-https://example.com/hook' WITH updated, resolved, diff, mvcc_timestamp, key_in_value, topic_in_value, full_table_name, split_column_families, min_checkpoint_frequency = '1m30s', envelope = 'wrapped', format = 'json', encode_json_value_null_as_object, initial_scan = 'no', cursor = '1536242855577149065.0000000000', end_time = '1636242855577149065', schema_change_events = 'column_changes', schema_change_policy = 'stop', virtual_columns = 'null', on_error = 'pause', protect_data_from_gc_on_pause, gc_protect_expires_after = '24h', execution_locality = 'region=us-east1', metrics_label = 'feeds', lagging_ranges_threshold = '1m', lagging_ranges_polling_interval = '30s', ignore_disable_changefeed_replication, extra_headers = '{"x-api-key": "hush"}', compression = 'zstd', webhook_auth_header = 'Basic dXNlcjpwd2Q=', webhook_client_timeout = '5s', webhook_sink_config = '{"Flush": {"Messages": 100, "Bytes": 65536, "Frequency": "5s"}, "Retry": {"Max": 4, "Backoff": "10s"}}';

CREATE CHANGEFEED FOR TABLE feeds INTO 'gcpubsub://project?region=us-east1' WITH envelope = 'bare', initial_scan = 'only';

CREATE CHANGEFEED FOR TABLE feeds INTO 'gcpubsub://project?AUTH=specified&CREDENTIALS=aHVzaA%3D%3D' WITH unordered, key_column = 'owner id', pubsub_sink_config = '{"Retry": {"Max": "inf"}}';

CREATE CHANGEFEED FOR TABLE feeds INTO 'kafka://broker:9092?tls_enabled=true&sasl_enabled=true&sasl_mechanism=PLAIN&sasl_user=app&sasl_password=it%27s%20%26%20100%25' WITH format = 'avro', confluent_schema_registry = 'https://user:hush@registry:8081', avro_schema_prefix = 'shop', headers_json_column_name = 'meta', kafka_sink_config = '{"Flush": {"Messages": 100, "Frequency": "1s"}, "RequiredAcks": "ALL"}';

CREATE CHANGEFEED FOR TABLE feeds INTO 'kafka://broker:9092' WITH envelope = 'enriched', enriched_properties = 'source,schema', updated;

CREATE CHANGEFEED INTO 'external://files' WITH format = 'parquet' AS SELECT id, "owner id", (cdc_prev).meta->>'state' AS was, event_op() AS op FROM feeds WHERE "owner id" IS DISTINCT FROM (cdc_prev)."owner id" AND event_op() <> 'delete';
