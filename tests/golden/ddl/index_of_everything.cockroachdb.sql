CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  status STRING,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_status_key UNIQUE (status),
  UNIQUE INDEX everything (created_at DESC, status) USING HASH STORING (email) WITH (bucket_count = 4) WHERE email != 'root@example.com'
);
