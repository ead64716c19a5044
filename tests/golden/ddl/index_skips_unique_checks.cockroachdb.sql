ALTER DATABASE app SET PRIMARY REGION "us-east1";

ALTER DATABASE app ADD REGION "us-west1";

CREATE TABLE placed (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  code INT8 NOT NULL,
  region crdb_internal_region NOT NULL,
  CONSTRAINT placed_pkey PRIMARY KEY (id),
  UNIQUE INDEX placed_code_key (code) WITH (skip_unique_checks = true, fillfactor = 70)
) LOCALITY REGIONAL BY ROW AS region;
