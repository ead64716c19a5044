CREATE TABLE feeds (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT feeds_pkey PRIMARY KEY (id)
);

CREATE CHANGEFEED FOR TABLE feeds INTO 'webhook-https://example.com/hook' WITH updated, resolved, diff, mvcc_timestamp, key_in_value, full_table_name, split_column_families, min_checkpoint_frequency = '1m30s', envelope = 'wrapped', initial_scan = 'no';

CREATE CHANGEFEED FOR TABLE feeds INTO 'gcpubsub://project?region=us-east1' WITH envelope = 'key_only', initial_scan = 'only';
