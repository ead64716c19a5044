-- note: on PostgreSQL, changefeeds are left out: orders

CREATE TABLE orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);
