CREATE SCHEMA sales;

CREATE TABLE sales.orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);

CREATE CHANGEFEED FOR TABLE sales.orders INTO 's3://bucket/path?AWS_SECRET_ACCESS_KEY=hush' WITH updated;
