-- note: on CockroachDB with one region, the enum type crdb_internal_region is not made by the DDL of one table, only by that of the schema: orders
-- note: on CockroachDB with one region, localities are left out: orders (REGIONAL BY ROW AS region)
-- note: on CockroachDB with one region, comments on types are left out, since they need 24.2 or later: order_status

CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped', 'completed');

CREATE TABLE orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  total DECIMAL(10,2) NOT NULL,
  status order_status NOT NULL DEFAULT 'pending'::order_status,
  region crdb_internal_region NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES customers (id),
  INDEX idx_orders_user (user_id, created_at DESC),
  INDEX idx_orders_status (status) WHERE status != 'completed'
);

COMMENT ON TABLE orders IS 'A customer order.';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://broker:9092' WITH updated, resolved = '10s';
