CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  status STRING,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_status_key UNIQUE (status),
  INDEX users_created_at_idx (created_at) USING HASH,
  INDEX by_time (created_at DESC) USING HASH WITH (bucket_count = 32)
);
