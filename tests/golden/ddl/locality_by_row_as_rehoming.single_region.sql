-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: us-east1, us-west1
-- note: on CockroachDB with one region, localities are left out: users (REGIONAL BY ROW AS region, auto-rehoming)

CREATE TYPE crdb_internal_region AS ENUM ('us-east1', 'us-west1');

CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  region crdb_internal_region NOT NULL,
  CONSTRAINT users_pkey PRIMARY KEY (id)
);
