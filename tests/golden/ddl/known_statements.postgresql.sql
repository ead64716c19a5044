-- note: on PostgreSQL, ON UPDATE expressions are left out, so an update changes only what it sets: vehicles.changed_at
-- note: on PostgreSQL, column families are left out: vehicles
-- note: on PostgreSQL, partitions are left out: students
-- note: on PostgreSQL, zone configurations are left out: database docs, students, customers
-- note: on PostgreSQL, changefeeds are left out: vehicles and customers, students

CREATE SCHEMA fintech;

CREATE SEQUENCE fintech.invoice_numbers INCREMENT -2 START -1;

CREATE TABLE vehicles (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  type TEXT,
  owner_id UUID,
  created_at TIMESTAMP NOT NULL DEFAULT now(),
  changed_at TIMESTAMP NOT NULL DEFAULT now(),
  status TEXT,
  last_location TEXT,
  ext JSONB,
  CONSTRAINT vehicles_pkey PRIMARY KEY (id),
  CONSTRAINT vehicles_check CHECK (status IN ('available', 'in_use', 'lost'))
);

CREATE TABLE students (
  id INT8 NOT NULL,
  name TEXT,
  email TEXT,
  country TEXT NOT NULL,
  expected_graduation_date DATE NOT NULL,
  CONSTRAINT students_pkey PRIMARY KEY (country, expected_graduation_date, id)
);

CREATE TABLE customers (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  CONSTRAINT customers_pkey PRIMARY KEY (id)
);

CREATE TABLE parent (
  id INT8 NOT NULL,
  a INT8 NOT NULL,
  b INT8 NOT NULL,
  email TEXT NOT NULL,
  CONSTRAINT "primary" PRIMARY KEY (id),
  CONSTRAINT parent_email_key UNIQUE (email),
  CONSTRAINT parent_a_b_key UNIQUE (a, b)
);

CREATE TABLE child (
  id INT8 NOT NULL,
  a INT8,
  b INT8,
  email TEXT,
  CONSTRAINT child_pkey PRIMARY KEY (id),
  CONSTRAINT child_email_fkey FOREIGN KEY (email) REFERENCES parent (email) ON UPDATE CASCADE,
  CONSTRAINT child_a_b_fkey FOREIGN KEY (a, b) REFERENCES parent (a, b) MATCH FULL
);

CREATE TABLE fintech.invoices (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant_id INT8 NOT NULL,
  number INT8 NOT NULL DEFAULT nextval('fintech.invoice_numbers'),
  note TEXT,
  CONSTRAINT invoices_pkey PRIMARY KEY (id)
);

CREATE INDEX vehicles_status_idx ON vehicles (status NULLS FIRST);

CREATE INDEX ix_vehicle_ext ON vehicles USING gin (ext);

CREATE INDEX by_name ON customers (name);

CREATE INDEX child_email_idx ON child (email NULLS FIRST);

CREATE INDEX child_a_b_idx ON child (a NULLS FIRST, b NULLS FIRST);

CREATE INDEX invoices_tenant_id_idx ON fintech.invoices (tenant_id);

ALTER SEQUENCE fintech.invoice_numbers OWNED BY fintech.invoices.number;

COMMENT ON DATABASE docs IS 'What the pages show.';

COMMENT ON SCHEMA fintech IS 'Money.';

COMMENT ON TABLE vehicles IS e'"CREATE TABLE": <https://www.cockroachlabs.com/docs/stable/create-table>: secondary and GIN indexes, a column that an\nupdate sets, a generated key.';

COMMENT ON TABLE students IS '"Define table partitions": <https://www.cockroachlabs.com/docs/stable/partitioning>: by a list, and each again by a range.';

COMMENT ON TABLE customers IS '"Replication controls": <https://www.cockroachlabs.com/docs/stable/configure-replication-zones>.';

COMMENT ON TABLE child IS '"Foreign key": <https://www.cockroachlabs.com/docs/stable/foreign-key>: several columns, MATCH FULL, a UNIQUE column.';

COMMENT ON TABLE fintech.invoices IS '"Row-level security": <https://www.cockroachlabs.com/docs/stable/row-level-security>.';

CREATE VIEW available AS SELECT id, last_location FROM vehicles WHERE status = 'available';

CREATE MATERIALIZED VIEW mails AS SELECT email FROM students;

CREATE FUNCTION add(a INT8, b INT8) RETURNS INT8 IMMUTABLE LANGUAGE SQL AS 'SELECT a + b';

CREATE PROCEDURE forget() LANGUAGE SQL AS $$ DELETE FROM vehicles WHERE status = 'lost'; $$;

CREATE POLICY tenants ON fintech.invoices USING (tenant_id = current_setting('app.tenant')::INT8) WITH CHECK (tenant_id = current_setting('app.tenant')::INT8);

ALTER TABLE fintech.invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
