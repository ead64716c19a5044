-- note: changefeeds are left out on PostgreSQL: orders

CREATE TABLE orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);
