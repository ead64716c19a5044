-- note: on PostgreSQL, the regions and the survival goal of the database are left out: us-east1, us-west1
-- note: on PostgreSQL, localities are left out: regional (REGIONAL BY ROW AS region)
-- note: on PostgreSQL, storage parameters are left out: regional.regional_pkey (skip_unique_checks)

CREATE TYPE crdb_internal_region AS ENUM ('us-east1', 'us-west1');

CREATE TABLE regional (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  region crdb_internal_region NOT NULL,
  CONSTRAINT regional_pkey PRIMARY KEY (id)
);
