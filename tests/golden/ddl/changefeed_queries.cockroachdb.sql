CREATE TABLE "Order" (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  status STRING,
  "Meta data" JSONB,
  CONSTRAINT "Order_pkey" PRIMARY KEY (id)
);

CREATE CHANGEFEED INTO 'kafka://broker:9092' WITH diff AS SELECT * FROM "Order";

CREATE CHANGEFEED INTO 'kafka://broker:9092' WITH updated, key_in_value AS SELECT id, STATUS AS s, "Order".email, "Meta data"->>'x' AS x, (cdc_prev).status AS was, event_op() FROM "Order" WHERE (cdc_prev) IS NULL OR (cdc_prev).status IS DISTINCT FROM status AND email NOT LIKE '%it''s' AND statement_timestamp() > '2024-01-01'::TIMESTAMP WITH TIME ZONE;

CREATE CHANGEFEED INTO 'kafka://broker:9092' WITH key_column = 'status', unordered AS SELECT extract(epoch FROM crdb_internal_mvcc_timestamp::TIMESTAMPTZ), CASE WHEN status IN ('a', 'b') THEN 1 ELSE length(email) END AS n, CAST(id AS STRING), public.price(email), ARRAY[email, status] FROM "Order";

CREATE CHANGEFEED FOR TABLE "Order" INTO 'kafka://broker:9092' WITH headers_json_column_name = 'Meta data';
