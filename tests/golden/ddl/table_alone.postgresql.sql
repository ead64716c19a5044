-- note: on PostgreSQL, the enum type crdb_internal_region is not made by the DDL of one table, only by that of the schema: orders
-- note: on PostgreSQL, localities are left out: orders (REGIONAL BY ROW AS region)
-- note: on PostgreSQL, changefeeds are left out: orders

CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped', 'completed');

CREATE TABLE orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  total DECIMAL(10,2) NOT NULL,
  status order_status NOT NULL DEFAULT 'pending'::order_status,
  region crdb_internal_region NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES customers (id)
);

CREATE INDEX idx_orders_user ON orders (user_id, created_at DESC);

CREATE INDEX idx_orders_status ON orders (status) WHERE status != 'completed';

COMMENT ON TYPE order_status IS 'Where an order is on its way.';

COMMENT ON TABLE orders IS 'A customer order.';
