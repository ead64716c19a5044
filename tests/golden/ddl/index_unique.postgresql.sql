CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  status TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_status_key UNIQUE (status)
);

CREATE UNIQUE INDEX users_email_key ON users (email);

CREATE UNIQUE INDEX users_status_key1 ON users (status NULLS FIRST);
