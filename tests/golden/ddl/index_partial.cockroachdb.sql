CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  status STRING,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_status_key UNIQUE (status),
  INDEX users_created_at_idx (created_at) WHERE status = 'it''s' AND email != '',
  UNIQUE INDEX users_email_key (email) WHERE status IS NULL
);
