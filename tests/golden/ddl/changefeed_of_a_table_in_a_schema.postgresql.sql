-- note: changefeeds are left out on PostgreSQL: sales.orders

CREATE SCHEMA sales;

CREATE TABLE sales.orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);
