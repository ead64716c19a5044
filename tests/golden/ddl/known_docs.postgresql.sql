-- note: on PostgreSQL, hash sharding is left out: products.products_pkey, events.events_ts_idx
-- note: on PostgreSQL, virtual computed columns are stored: user_locations.age
-- note: on PostgreSQL, what is built into CockroachDB is an extension, which must be installed: pg_trgm (an index of documents)
-- note: on PostgreSQL, row-level TTL is left out, so nothing deletes expired rows: ttl_test_per_row
-- note: on PostgreSQL, column families are left out: test

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE events (
  product_id INT8 NOT NULL,
  owner UUID NOT NULL,
  serial_number TEXT NOT NULL,
  event_id UUID NOT NULL,
  ts TIMESTAMP NOT NULL,
  data JSONB,
  CONSTRAINT events_pkey PRIMARY KEY (product_id, owner, serial_number, ts, event_id)
);

CREATE TABLE products (
  ts DECIMAL NOT NULL,
  product_id INT8 NOT NULL,
  CONSTRAINT products_pkey PRIMARY KEY (ts)
);

CREATE TABLE user_locations (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  full_name TEXT GENERATED ALWAYS AS (first_name || ' ' || last_name) STORED,
  profile JSONB,
  age TEXT GENERATED ALWAYS AS (profile->>'age') STORED,
  CONSTRAINT user_locations_pkey PRIMARY KEY (id)
);

CREATE TABLE ttl_test_per_row (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  description TEXT,
  inserted_at TIMESTAMP,
  expired_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT ttl_test_per_row_pkey PRIMARY KEY (id)
);

CREATE TABLE test (
  id INT8 NOT NULL,
  name TEXT,
  data BYTEA,
  CONSTRAINT test_pkey PRIMARY KEY (id)
);

CREATE TABLE partly (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  city TEXT NOT NULL,
  code TEXT NOT NULL,
  revenue DECIMAL(10,2),
  CONSTRAINT partly_pkey PRIMARY KEY (id)
);

CREATE TABLE documents (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  profile JSONB,
  name TEXT,
  CONSTRAINT documents_pkey PRIMARY KEY (id)
);

CREATE TABLE customers (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  email TEXT,
  CONSTRAINT customers_pkey PRIMARY KEY (id),
  CONSTRAINT customers_email_key UNIQUE (email)
);

CREATE TABLE logons (
  login_id INT8 NOT NULL,
  customer_id UUID NOT NULL,
  sales_id INT8,
  CONSTRAINT logons_pkey PRIMARY KEY (login_id),
  CONSTRAINT logons_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE,
  CONSTRAINT logons_customer_id_sales_id_key UNIQUE (customer_id, sales_id)
);

CREATE INDEX events_ts_idx ON events (ts);

CREATE INDEX partly_city_revenue_idx ON partly (city, revenue NULLS FIRST) WHERE revenue > 90;

CREATE UNIQUE INDEX partly_code_key ON partly (code) WHERE city = 'london';

CREATE INDEX partly_expr_idx ON partly ((lower(city)) NULLS FIRST);

CREATE INDEX documents_profile_idx ON documents USING gin (profile);

CREATE INDEX documents_name_idx ON documents USING gin (name gin_trgm_ops);

COMMENT ON TABLE events IS '"Hash-sharded indexes": <https://www.cockroachlabs.com/docs/stable/hash-sharded-indexes>.';

COMMENT ON TABLE products IS '"Hash-sharded indexes": the primary key itself.';

COMMENT ON TABLE user_locations IS e'"Computed columns": <https://www.cockroachlabs.com/docs/stable/computed-columns>; with `||` for `concat`, which `PostgreSQL`\ndoes not take for immutable.';

COMMENT ON TABLE ttl_test_per_row IS '"Batch delete expired data with row-level TTL": <https://www.cockroachlabs.com/docs/stable/row-level-ttl>.';

COMMENT ON TABLE test IS '"Column families": <https://www.cockroachlabs.com/docs/stable/column-families>.';

COMMENT ON TABLE partly IS e'"Partial indexes": <https://www.cockroachlabs.com/docs/stable/partial-indexes>; "Expression indexes":\n<https://www.cockroachlabs.com/docs/stable/expression-indexes>.';

COMMENT ON TABLE documents IS e'"GIN indexes": <https://www.cockroachlabs.com/docs/stable/inverted-indexes>; "Trigram indexes":\n<https://www.cockroachlabs.com/docs/stable/trigram-indexes>.';

COMMENT ON TABLE logons IS e'"Unique constraint": <https://www.cockroachlabs.com/docs/stable/unique>; "Foreign key":\n<https://www.cockroachlabs.com/docs/stable/foreign-key>.';
