-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: us-east1, us-west1
-- note: on CockroachDB with one region, localities are left out: placed (REGIONAL BY ROW AS region)
-- note: on CockroachDB with one region, storage parameters are left out: placed.placed_code_key (skip_unique_checks)

CREATE TYPE crdb_internal_region AS ENUM ('us-east1', 'us-west1');

CREATE TABLE placed (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  code INT8 NOT NULL,
  region crdb_internal_region NOT NULL,
  CONSTRAINT placed_pkey PRIMARY KEY (id),
  UNIQUE INDEX placed_code_key (code) WITH (fillfactor = 70)
);
