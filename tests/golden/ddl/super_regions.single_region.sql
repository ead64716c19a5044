-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: a-1, a-2, a-3, b-1, b-2, b-3

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);
