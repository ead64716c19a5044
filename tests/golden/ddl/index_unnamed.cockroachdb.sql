CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  status STRING,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_status_key UNIQUE (status),
  INDEX users_email_idx (email),
  INDEX users_email_created_at_idx (email, created_at),
  INDEX users_email_idx1 (email DESC)
);
