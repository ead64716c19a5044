-- note: on PostgreSQL, partitions are left out: users

CREATE TABLE users (
  country TEXT NOT NULL,
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  email TEXT NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (country, created_at, id)
);
