CREATE TABLE users (
  country STRING NOT NULL,
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  email STRING NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (country, created_at, id)
) PARTITION BY LIST (country) (PARTITION americas VALUES IN ('us', 'ca'), PARTITION "o'clock ""land""" VALUES IN ('o''clock') PARTITION BY RANGE (created_at) (PARTITION old VALUES FROM (MINVALUE) TO ('2024-01-01'::TIMESTAMPTZ), PARTITION new VALUES FROM ('2024-01-01'::TIMESTAMPTZ) TO (MAXVALUE)), PARTITION rest VALUES IN (DEFAULT));

ALTER PARTITION "o'clock ""land""" OF TABLE users CONFIGURE ZONE USING gc.ttlseconds = 600, num_replicas = 3;

ALTER PARTITION old OF TABLE users CONFIGURE ZONE USING gc.ttlseconds = 600;
