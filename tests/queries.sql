-- The shop of the examples, as the library prints it: its schema, then its main queries.
-- Run it on a server of your own:  cockroach sql --insecure < tests/queries.sql
-- Kept in step by a test; `cargo xtask bless` writes it again.

DROP DATABASE IF EXISTS crdb_orm_shop CASCADE;
CREATE DATABASE crdb_orm_shop;
USE crdb_orm_shop;

CREATE TYPE crdb_internal_region AS ENUM ('us-east1', 'us-west1', 'europe-west1');

CREATE TYPE status AS ENUM ('pending', 'paid', 'shipped', 'completed', 'cancelled');

CREATE TABLE customers (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING(320) NOT NULL,
  name STRING NOT NULL,
  region crdb_internal_region NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT customers_pkey PRIMARY KEY (id),
  CONSTRAINT customers_email_key UNIQUE (email)
);

CREATE TABLE orders (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  total DECIMAL(10,2) NOT NULL,
  status status NOT NULL DEFAULT 'pending'::status,
  region crdb_internal_region NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES customers (id),
  INDEX idx_orders_user (user_id, created_at DESC),
  INDEX idx_orders_status (status) WHERE status != 'completed'
);

COMMENT ON TABLE customers IS 'A customer of the shop.';

COMMENT ON COLUMN customers.id IS 'Made by the client, so that it is known before the answer comes.';

COMMENT ON COLUMN customers.email IS 'Where receipts go.';

COMMENT ON COLUMN customers.name IS 'As the customer writes it.';

COMMENT ON COLUMN customers.region IS 'Where the customer lives.';

COMMENT ON COLUMN customers.created_at IS 'When the account was opened.';

COMMENT ON TABLE orders IS 'A customer order.';

COMMENT ON COLUMN orders.id IS 'Made by the client, so that it is known before the answer comes.';

COMMENT ON COLUMN orders.user_id IS 'Who ordered.';

COMMENT ON COLUMN orders.total IS 'What is to be paid, in the shop''s currency.';

COMMENT ON COLUMN orders.status IS 'Where the order stands.';

COMMENT ON COLUMN orders.region IS 'Where the row lives: beside its customer.';

COMMENT ON COLUMN orders.created_at IS 'When the order was placed.';

PREPARE insert_customer (UUID, TEXT, TEXT, TEXT) AS INSERT INTO customers (id, email, name, region) VALUES ($1, $2, $3, $4::TEXT::crdb_internal_region) RETURNING id, email, name, region::TEXT, created_at;
EXECUTE insert_customer ('11111111-1111-4111-8111-111111111111', 'ann@example.com', 'Ann', 'us-east1');

PREPARE insert_order (UUID, UUID, DECIMAL, TEXT) AS INSERT INTO orders (id, user_id, total, region) VALUES ($1, $2, $3, $4::TEXT::crdb_internal_region) RETURNING id, user_id, total, status::TEXT, region::TEXT, created_at;
EXECUTE insert_order ('22222222-2222-4222-8222-222222222222', '11111111-1111-4111-8111-111111111111', 9.99, 'us-east1');

PREPARE find_order (UUID) AS SELECT id, user_id, total, status::TEXT, region::TEXT, created_at FROM orders WHERE id = $1;
EXECUTE find_order ('22222222-2222-4222-8222-222222222222');

PREPARE open_orders (TEXT, UUID, INT8) AS SELECT id, user_id, total, status::TEXT, region::TEXT, created_at FROM orders WHERE status != $1::TEXT::status AND user_id = $2 ORDER BY created_at DESC LIMIT $3;
EXECUTE open_orders ('completed', '11111111-1111-4111-8111-111111111111', 50);

PREPARE pay_order (TEXT, UUID) AS UPDATE orders SET status = $1::TEXT::status WHERE id = $2 RETURNING id, user_id, total, status::TEXT, region::TEXT, created_at;
EXECUTE pay_order ('paid', '22222222-2222-4222-8222-222222222222');

PREPARE by_status AS SELECT status::TEXT AS status, count(*) AS orders, sum(total)::DECIMAL AS total FROM orders GROUP BY status ORDER BY total DESC;
EXECUTE by_status;

PREPARE delete_order (UUID) AS DELETE FROM orders WHERE id = $1;
EXECUTE delete_order ('22222222-2222-4222-8222-222222222222');

-- What `.once(key)` does.

CREATE TABLE crdb_orm_ledger (
  key BYTES NOT NULL,
  fingerprint BYTES,
  state STRING NOT NULL,
  result BYTES,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT crdb_orm_ledger_pkey PRIMARY KEY (key),
  CONSTRAINT crdb_orm_ledger_state_check CHECK (state IN ('claimed', 'done', 'fenced')),
  CONSTRAINT crdb_orm_ledger_result_check CHECK ((state = 'done') = (result IS NOT NULL))
) WITH (ttl_expiration_expression = 'expires_at');

COMMENT ON TABLE crdb_orm_ledger IS 'Which keys of crdb-orm transactions were used, and the results that replays return.';

COMMENT ON COLUMN crdb_orm_ledger.key IS 'SHA-256 of scope and key.';

COMMENT ON COLUMN crdb_orm_ledger.fingerprint IS 'SHA-256 of the request; NULL where the caller gave none.';

COMMENT ON COLUMN crdb_orm_ledger.state IS 'claimed: its transaction has not ended, so nobody else sees it; done: committed with its result; fenced: certainly not committed, and may be claimed again.';

COMMENT ON COLUMN crdb_orm_ledger.result IS 'What the transaction returned, as JSON.';

COMMENT ON COLUMN crdb_orm_ledger.created_at IS 'When the key was first claimed.';

COMMENT ON COLUMN crdb_orm_ledger.expires_at IS 'From when on the row may be deleted. Until it is, it counts.';

BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT INTO crdb_orm_ledger (key, fingerprint, state, expires_at) VALUES (decode('abababababababababababababababababababababababababababababababab', 'hex'), decode('cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 'hex'), 'claimed', now() + INTERVAL '86400 seconds') ON CONFLICT DO NOTHING RETURNING 1 AS claimed;
WITH stored AS (UPDATE crdb_orm_ledger SET state = 'done', result = decode('7b2261223a225c753030303027227d', 'hex') WHERE key = decode('abababababababababababababababababababababababababababababababab', 'hex') AND state = 'claimed' RETURNING 1) SELECT CAST(CASE count(*) WHEN 1 THEN '1' ELSE 'the claim in crdb_orm_ledger is gone' END AS INT8) AS stored FROM stored; COMMIT;

BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT INTO crdb_orm_ledger (key, fingerprint, state, expires_at) VALUES (decode('abababababababababababababababababababababababababababababababab', 'hex'), decode('cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 'hex'), 'claimed', now() + INTERVAL '86400 seconds') ON CONFLICT DO NOTHING RETURNING 1 AS claimed;
SELECT state, encode(fingerprint, 'hex') AS fingerprint, encode(result, 'hex') AS result FROM crdb_orm_ledger WHERE key = decode('abababababababababababababababababababababababababababababababab', 'hex'); ROLLBACK;

INSERT INTO crdb_orm_ledger (key, fingerprint, state, expires_at) VALUES (decode('abababababababababababababababababababababababababababababababab', 'hex'), decode('cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 'hex'), 'fenced', now() + INTERVAL '86400 seconds') ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at WHERE crdb_orm_ledger.state = 'fenced' RETURNING 1 AS claimed;

UPDATE crdb_orm_ledger SET fingerprint = decode('cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 'hex'), state = 'claimed', expires_at = now() + INTERVAL '86400 seconds' WHERE key = decode('abababababababababababababababababababababababababababababababab', 'hex') AND state = 'fenced' RETURNING 1 AS claimed;

PREPARE sweep (BYTES) AS WITH expired AS (SELECT key FROM crdb_orm_ledger WHERE key > $1 AND expires_at < now() ORDER BY key LIMIT 500), gone AS (DELETE FROM crdb_orm_ledger WHERE key IN (SELECT key FROM expired) AND expires_at < now() RETURNING key) SELECT (SELECT count(*) FROM gone) AS deleted, (SELECT key FROM expired ORDER BY key DESC LIMIT 1) AS last;
EXECUTE sweep ('');
