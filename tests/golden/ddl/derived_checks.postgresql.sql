-- note: on PostgreSQL, virtual computed columns are stored: checks.product

CREATE TABLE checks (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  a INT4 NOT NULL,
  b INT4 NOT NULL,
  sum INT8 GENERATED ALWAYS AS (a + b) STORED,
  product INT8 GENERATED ALWAYS AS (a * b) STORED,
  CONSTRAINT checks_pkey PRIMARY KEY (id),
  CONSTRAINT checks_check CHECK (a < b),
  CONSTRAINT b_positive CHECK (b > 0),
  CONSTRAINT checks_check1 CHECK (a > 0),
  CONSTRAINT "named too" CHECK (a < 100)
);
