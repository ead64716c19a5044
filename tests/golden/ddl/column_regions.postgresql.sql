-- note: on PostgreSQL, the regions and the survival goal of the database are left out: us-east1, us-west1

CREATE TYPE crdb_internal_region AS ENUM ('us-east1', 'us-west1');

CREATE TABLE places (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  region crdb_internal_region NOT NULL DEFAULT 'us-east1'::crdb_internal_region,
  copies crdb_internal_region[] NOT NULL,
  CONSTRAINT places_pkey PRIMARY KEY (id)
);
