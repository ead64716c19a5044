ALTER DATABASE app SET PRIMARY REGION "us-east1";

ALTER DATABASE app ADD REGION "us-west1";

CREATE TABLE places (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  region crdb_internal_region NOT NULL DEFAULT 'us-east1'::crdb_internal_region,
  copies crdb_internal_region[] NOT NULL,
  CONSTRAINT places_pkey PRIMARY KEY (id)
);
