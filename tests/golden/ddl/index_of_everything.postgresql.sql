-- note: on PostgreSQL, hash sharding is left out: users.everything

CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  status TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_status_key UNIQUE (status)
);

CREATE UNIQUE INDEX everything ON users (created_at DESC, status NULLS FIRST) INCLUDE (email) WHERE email != 'root@example.com';
