-- note: on PostgreSQL, changefeeds are left out: sales.orders

CREATE SCHEMA sales;

CREATE TABLE sales.orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);
