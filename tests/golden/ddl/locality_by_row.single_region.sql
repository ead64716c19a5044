-- note: the regions and the survival goal of the database are left out on CockroachDB with one region: us-east1, us-west1
-- note: localities are left out on CockroachDB with one region: plain (REGIONAL BY ROW)

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);
