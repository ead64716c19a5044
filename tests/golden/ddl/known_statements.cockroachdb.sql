ALTER DATABASE docs CONFIGURE ZONE USING gc.ttlseconds = 100000, num_replicas = 5;

CREATE SCHEMA fintech;

CREATE SEQUENCE fintech.invoice_numbers INCREMENT -2 START -1;

CREATE TABLE vehicles (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  type STRING,
  owner_id UUID,
  created_at TIMESTAMP NOT NULL DEFAULT now(),
  changed_at TIMESTAMP NOT NULL DEFAULT now() ON UPDATE now(),
  status STRING,
  last_location STRING,
  ext JSONB,
  CONSTRAINT vehicles_pkey PRIMARY KEY (id),
  CONSTRAINT vehicles_check CHECK (status IN ('available', 'in_use', 'lost')),
  INDEX vehicles_status_idx (status),
  INVERTED INDEX ix_vehicle_ext (ext),
  FAMILY family_1 (id, type, owner_id, status, last_location, ext, created_at, changed_at)
);

CREATE TABLE students (
  id INT8 NOT NULL,
  name STRING,
  email STRING,
  country STRING NOT NULL,
  expected_graduation_date DATE NOT NULL,
  CONSTRAINT students_pkey PRIMARY KEY (country, expected_graduation_date, id)
) PARTITION BY LIST (country) (PARTITION australia VALUES IN ('AU', 'NZ') PARTITION BY RANGE (expected_graduation_date) (PARTITION graduated_au VALUES FROM (MINVALUE) TO ('2017-08-15'), PARTITION current_au VALUES FROM ('2017-08-15') TO (MAXVALUE)), PARTITION north_america VALUES IN ('US', 'CA') PARTITION BY RANGE (expected_graduation_date) (PARTITION graduated_us VALUES FROM (MINVALUE) TO ('2017-08-15'), PARTITION current_us VALUES FROM ('2017-08-15') TO (MAXVALUE)));

CREATE TABLE customers (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name STRING NOT NULL,
  CONSTRAINT customers_pkey PRIMARY KEY (id),
  INDEX by_name (name)
);

CREATE TABLE parent (
  id INT8 NOT NULL,
  a INT8 NOT NULL,
  b INT8 NOT NULL,
  email STRING NOT NULL,
  CONSTRAINT "primary" PRIMARY KEY (id),
  CONSTRAINT parent_email_key UNIQUE (email),
  CONSTRAINT parent_a_b_key UNIQUE (a, b)
);

CREATE TABLE child (
  id INT8 NOT NULL,
  a INT8,
  b INT8,
  email STRING,
  CONSTRAINT child_pkey PRIMARY KEY (id),
  CONSTRAINT child_email_fkey FOREIGN KEY (email) REFERENCES parent (email) ON UPDATE CASCADE,
  CONSTRAINT child_a_b_fkey FOREIGN KEY (a, b) REFERENCES parent (a, b) MATCH FULL,
  INDEX child_email_idx (email),
  INDEX child_a_b_idx (a, b)
);

CREATE TABLE fintech.invoices (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant_id INT8 NOT NULL,
  number INT8 NOT NULL DEFAULT nextval('fintech.invoice_numbers'),
  note STRING,
  CONSTRAINT invoices_pkey PRIMARY KEY (id),
  INDEX invoices_tenant_id_idx (tenant_id)
);

ALTER SEQUENCE fintech.invoice_numbers OWNED BY fintech.invoices.number;

COMMENT ON DATABASE docs IS 'What the pages show.';

COMMENT ON SCHEMA fintech IS 'Money.';

COMMENT ON TABLE vehicles IS e'"CREATE TABLE": <https://www.cockroachlabs.com/docs/stable/create-table>: secondary and GIN indexes, a column that an\nupdate sets, a generated key.';

COMMENT ON TABLE students IS '"Define table partitions": <https://www.cockroachlabs.com/docs/stable/partitioning>: by a list, and each again by a range.';

COMMENT ON TABLE customers IS '"Replication controls": <https://www.cockroachlabs.com/docs/stable/configure-replication-zones>.';

COMMENT ON TABLE child IS '"Foreign key": <https://www.cockroachlabs.com/docs/stable/foreign-key>: several columns, MATCH FULL, a UNIQUE column.';

COMMENT ON TABLE fintech.invoices IS '"Row-level security": <https://www.cockroachlabs.com/docs/stable/row-level-security>.';

ALTER PARTITION current_us OF TABLE students CONFIGURE ZONE USING constraints = '[+ssd]';

ALTER PARTITION graduated_us OF TABLE students CONFIGURE ZONE USING constraints = '[+hdd]';

ALTER TABLE customers CONFIGURE ZONE USING gc.ttlseconds = 3600, num_replicas = 5, constraints = '[-region=west]';

ALTER INDEX customers@by_name CONFIGURE ZONE USING num_replicas = 3, constraints = '{"+ssd": 1, "+region=us-east1": 1}';

CREATE VIEW available AS SELECT id, last_location FROM vehicles WHERE status = 'available';

CREATE MATERIALIZED VIEW mails AS SELECT email FROM students;

CREATE FUNCTION add(a INT8, b INT8) RETURNS INT8 IMMUTABLE LANGUAGE SQL AS 'SELECT a + b';

CREATE PROCEDURE forget() LANGUAGE SQL AS $$ DELETE FROM vehicles WHERE status = 'lost'; $$;

CREATE POLICY tenants ON fintech.invoices USING (tenant_id = current_setting('app.tenant')::INT8) WITH CHECK (tenant_id = current_setting('app.tenant')::INT8);

ALTER TABLE fintech.invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE CHANGEFEED FOR TABLE vehicles, TABLE customers INTO 'kafka://broker:9092' WITH updated, resolved;

CREATE SCHEDULE 'students' FOR CHANGEFEED TABLE students INTO 'gs://bucket?AUTH=implicit' RECURRING '@daily' WITH SCHEDULE OPTIONS first_run = 'now';
