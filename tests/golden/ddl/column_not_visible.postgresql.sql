-- note: on PostgreSQL, virtual computed columns are stored: hidden.lower_name
-- note: on PostgreSQL, columns that are not visible are visible to `SELECT *`: hidden.written_at, hidden.lower_name

CREATE TABLE hidden (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  written_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  lower_name TEXT GENERATED ALWAYS AS (lower(name)) STORED,
  name TEXT NOT NULL,
  CONSTRAINT hidden_pkey PRIMARY KEY (id)
);
