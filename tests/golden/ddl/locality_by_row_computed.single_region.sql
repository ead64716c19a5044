-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: us-east1, us-west1
-- note: on CockroachDB with one region, localities are left out: citizens (REGIONAL BY ROW AS home)

CREATE TYPE crdb_internal_region AS ENUM ('us-east1', 'us-west1');

CREATE TABLE citizens (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  country STRING NOT NULL,
  home crdb_internal_region NOT NULL AS (CASE WHEN country = 'us' THEN 'us-east1'::crdb_internal_region ELSE 'us-west1'::crdb_internal_region END) STORED,
  CONSTRAINT citizens_pkey PRIMARY KEY (id)
);
