ALTER DATABASE app SET PRIMARY REGION "us-east1";

ALTER DATABASE app ADD REGION "us-west1";

CREATE TABLE regional (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  region crdb_internal_region NOT NULL,
  CONSTRAINT regional_pkey PRIMARY KEY (id) WITH (skip_unique_checks = true)
) LOCALITY REGIONAL BY ROW AS region;
