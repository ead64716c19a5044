CREATE TABLE orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);

CREATE CHANGEFEED FOR TABLE orders INTO 'webhook-https://example.com/it''s?insecure_tls_skip_verify=true' WITH updated, resolved = '10s', diff, mvcc_timestamp, key_in_value, topic_in_value, full_table_name, split_column_families, min_checkpoint_frequency = '1s', envelope = 'wrapped', initial_scan = 'yes', cursor = '1536242855577149065.0000000000', end_time = '1636242855577149065', schema_change_events = 'default', schema_change_policy = 'nobackfill', virtual_columns = 'omitted', on_error = 'fail', gc_protect_expires_after = '0s', execution_locality = 'region=us-east1,cloud=aws', metrics_label = 'it''s ours', lagging_ranges_threshold = '1m', lagging_ranges_polling_interval = '30s', ignore_disable_changefeed_replication, encode_json_value_null_as_object, extra_headers = e'{"X-Api-Key": "it''s \\"hush\\" \\\\ ö", "b": ""}', compression = 'gzip', webhook_auth_header = 'Basic it''s', webhook_client_timeout = '3s', webhook_sink_config = '{"Flush": {"Messages": 1, "Frequency": "1s"}, "Retry": {"Max": "inf"}}';
