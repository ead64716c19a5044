-- note: on PostgreSQL, column families are left out: people

CREATE TABLE people (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT people_pkey PRIMARY KEY (id)
);
