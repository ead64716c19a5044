ALTER DATABASE app SET PRIMARY REGION "us-east1";

ALTER DATABASE app ADD REGION "us-west1";

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  crdb_region crdb_internal_region NOT VISIBLE NOT NULL DEFAULT default_to_database_primary_region(gateway_region())::crdb_internal_region ON UPDATE rehome_row()::crdb_internal_region,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
) LOCALITY REGIONAL BY ROW;
