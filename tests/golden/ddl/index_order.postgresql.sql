CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  status TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_status_key UNIQUE (status)
);

CREATE INDEX users_email_created_at_idx ON users (email, created_at DESC);

CREATE INDEX users_status_email_idx ON users (status NULLS FIRST, email DESC);

CREATE INDEX users_status_desc ON users (status DESC NULLS LAST);
