-- note: the regions and the survival goal of the database are left out on PostgreSQL: us-east1, us-west1
-- note: localities are left out on PostgreSQL: plain (REGIONAL BY TABLE IN "us-west1")

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);
