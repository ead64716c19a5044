-- note: on PostgreSQL, the regions and the survival goal of the database are left out: us-east1, us-west1
-- note: on PostgreSQL, localities are left out: placed (REGIONAL BY ROW AS region)
-- note: on PostgreSQL, storage parameters are left out: placed.placed_code_key (skip_unique_checks, fillfactor)

CREATE TYPE crdb_internal_region AS ENUM ('us-east1', 'us-west1');

CREATE TABLE placed (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  code INT8 NOT NULL,
  region crdb_internal_region NOT NULL,
  CONSTRAINT placed_pkey PRIMARY KEY (id)
);

CREATE UNIQUE INDEX placed_code_key ON placed (code);
