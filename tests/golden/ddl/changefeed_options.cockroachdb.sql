CREATE TABLE orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);

CREATE CHANGEFEED FOR TABLE orders INTO 'webhook-https://example.com/it''s?insecure_tls_skip_verify=true' WITH updated, resolved = '10s', diff, mvcc_timestamp, key_in_value, full_table_name, split_column_families, min_checkpoint_frequency = '1s', envelope = 'wrapped', initial_scan = 'only';
