-- note: on PostgreSQL, virtual computed columns are stored: lines.lower_name

CREATE TABLE lines (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  lower_name TEXT NOT NULL GENERATED ALWAYS AS (lower(name)) STORED,
  CONSTRAINT lines_pkey PRIMARY KEY (id)
);
