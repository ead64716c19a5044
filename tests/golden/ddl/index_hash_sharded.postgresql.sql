-- note: on PostgreSQL, hash sharding is left out: users.users_created_at_idx, users.by_time

CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  status TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_status_key UNIQUE (status)
);

CREATE INDEX users_created_at_idx ON users (created_at);

CREATE INDEX by_time ON users (created_at DESC);
