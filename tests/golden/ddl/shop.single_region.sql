-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: us-east1, us-west1, europe-west1
-- note: on CockroachDB with one region, localities are left out: customers (GLOBAL), orders (REGIONAL BY ROW AS region), accounts (REGIONAL BY TABLE IN PRIMARY REGION)
-- note: on CockroachDB with one region, comments on types are left out, since they need 24.2 or later: order_status

CREATE TYPE crdb_internal_region AS ENUM ('us-east1', 'us-west1', 'europe-west1');

CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped', 'completed');

CREATE TABLE customers (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  name STRING(200) NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT customers_pkey PRIMARY KEY (id),
  CONSTRAINT customers_email_key UNIQUE (email)
);

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

CREATE TABLE accounts (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  owner UUID NOT NULL,
  balance DECIMAL(12,2) NOT NULL DEFAULT 0,
  version INT8 NOT NULL DEFAULT 1,
  CONSTRAINT accounts_pkey PRIMARY KEY (id),
  CONSTRAINT accounts_owner_fkey FOREIGN KEY (owner) REFERENCES customers (id) ON DELETE RESTRICT,
  CONSTRAINT accounts_balance_not_negative CHECK (balance >= 0),
  INDEX accounts_owner_idx (owner) STORING (balance)
);

COMMENT ON TABLE orders IS 'A customer order.';

CREATE CHANGEFEED FOR TABLE orders INTO 'kafka://broker:9092' WITH updated, resolved = '10s';
