CREATE SCHEMA sales;

CREATE TABLE orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT orders_pkey PRIMARY KEY (id)
);

CREATE TABLE sales.orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  origin UUID NOT NULL,
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  CONSTRAINT orders_origin_fkey FOREIGN KEY (origin) REFERENCES public.orders (id)
);

CREATE INDEX by_time ON orders (created_at);

CREATE INDEX by_time ON sales.orders (created_at);

COMMENT ON TABLE sales.orders IS 'Sold.';

COMMENT ON COLUMN sales.orders.created_at IS 'When.';
