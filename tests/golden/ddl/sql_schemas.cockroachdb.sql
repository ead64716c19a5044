CREATE SCHEMA sales;

CREATE TABLE orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  INDEX by_time (created_at)
);

CREATE TABLE sales.orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  origin UUID NOT NULL,
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  CONSTRAINT orders_origin_fkey FOREIGN KEY (origin) REFERENCES public.orders (id),
  INDEX by_time (created_at)
);

COMMENT ON TABLE sales.orders IS 'Sold.';

COMMENT ON COLUMN sales.orders.created_at IS 'When.';
