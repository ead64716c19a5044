CREATE SCHEMA sales;

CREATE TABLE sales.orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);

CREATE CHANGEFEED FOR TABLE sales.orders INTO 's3://bucket/path?AWS_SECRET_ACCESS_KEY=hush' WITH updated;

CREATE CHANGEFEED INTO 'kafka://broker:9092' AS SELECT orders.* FROM sales.orders WHERE event_op() = 'insert';
