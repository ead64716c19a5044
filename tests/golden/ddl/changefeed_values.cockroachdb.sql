CREATE TABLE orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://a' WITH resolved, initial_scan = 'yes';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://b' WITH envelope = 'row', initial_scan = 'no';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://c' WITH envelope = 'key_only';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://d' WITH envelope = 'bare';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://e' WITH envelope = 'enriched';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://f' WITH envelope = 'enriched', enriched_properties = 'source,schema', diff, updated;

CREATE CHANGEFEED FOR TABLE orders INTO 's3://g' WITH format = 'csv', initial_scan = 'only';

CREATE CHANGEFEED FOR TABLE orders INTO 'gs://h' WITH format = 'parquet', compression = 'zstd';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://i' WITH format = 'protobuf';
