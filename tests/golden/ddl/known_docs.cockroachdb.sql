CREATE TABLE events (
  product_id INT8 NOT NULL,
  owner UUID NOT NULL,
  serial_number STRING NOT NULL,
  event_id UUID NOT NULL,
  ts TIMESTAMP NOT NULL,
  data JSONB,
  CONSTRAINT events_pkey PRIMARY KEY (product_id, owner, serial_number, ts, event_id),
  INDEX events_ts_idx (ts) USING HASH WITH (bucket_count = 8)
);

CREATE TABLE products (
  ts DECIMAL NOT NULL,
  product_id INT8 NOT NULL,
  CONSTRAINT products_pkey PRIMARY KEY (ts) USING HASH WITH (bucket_count = 8)
);

CREATE TABLE user_locations (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  first_name STRING NOT NULL,
  last_name STRING NOT NULL,
  full_name STRING AS (first_name || ' ' || last_name) STORED,
  profile JSONB,
  age STRING AS (profile->>'age') VIRTUAL,
  CONSTRAINT user_locations_pkey PRIMARY KEY (id)
);

CREATE TABLE ttl_test_per_row (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  description STRING,
  inserted_at TIMESTAMP,
  expired_at TIMESTAMPTZ NOT NULL,
  CONSTRAINT ttl_test_per_row_pkey PRIMARY KEY (id)
) WITH (ttl_expiration_expression = 'expired_at', ttl_job_cron = '@daily');

CREATE TABLE test (
  id INT8 NOT NULL,
  name STRING,
  data BYTES,
  CONSTRAINT test_pkey PRIMARY KEY (id),
  FAMILY f1 (id, name),
  FAMILY f2 (data)
);

CREATE TABLE partly (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  city STRING NOT NULL,
  code STRING NOT NULL,
  revenue DECIMAL(10,2),
  CONSTRAINT partly_pkey PRIMARY KEY (id),
  INDEX partly_city_revenue_idx (city, revenue) WHERE revenue > 90,
  UNIQUE INDEX partly_code_key (code) WHERE city = 'london',
  INDEX partly_expr_idx ((lower(city)))
);

CREATE TABLE documents (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  profile JSONB,
  name STRING,
  CONSTRAINT documents_pkey PRIMARY KEY (id),
  INVERTED INDEX documents_profile_idx (profile),
  INVERTED INDEX documents_name_idx (name gin_trgm_ops)
);

CREATE TABLE customers (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name STRING NOT NULL,
  email STRING,
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

COMMENT ON TABLE events IS '"Hash-sharded indexes": <https://www.cockroachlabs.com/docs/stable/hash-sharded-indexes>.';

COMMENT ON TABLE products IS '"Hash-sharded indexes": the primary key itself.';

COMMENT ON TABLE user_locations IS e'"Computed columns": <https://www.cockroachlabs.com/docs/stable/computed-columns>; with `||` for `concat`, which `PostgreSQL`\ndoes not take for immutable.';

COMMENT ON TABLE ttl_test_per_row IS '"Batch delete expired data with row-level TTL": <https://www.cockroachlabs.com/docs/stable/row-level-ttl>.';

COMMENT ON TABLE test IS '"Column families": <https://www.cockroachlabs.com/docs/stable/column-families>.';

COMMENT ON TABLE partly IS e'"Partial indexes": <https://www.cockroachlabs.com/docs/stable/partial-indexes>; "Expression indexes":\n<https://www.cockroachlabs.com/docs/stable/expression-indexes>.';

COMMENT ON TABLE documents IS e'"GIN indexes": <https://www.cockroachlabs.com/docs/stable/inverted-indexes>; "Trigram indexes":\n<https://www.cockroachlabs.com/docs/stable/trigram-indexes>.';

COMMENT ON TABLE logons IS e'"Unique constraint": <https://www.cockroachlabs.com/docs/stable/unique>; "Foreign key":\n<https://www.cockroachlabs.com/docs/stable/foreign-key>.';
