CREATE TABLE users (
  country STRING NOT NULL,
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  email STRING NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (country, created_at, id)
) PARTITION BY LIST (country, created_at) (PARTITION one VALUES IN (('us', '2024-01-01'), ('ca', DEFAULT)), PARTITION rest VALUES IN (DEFAULT));
