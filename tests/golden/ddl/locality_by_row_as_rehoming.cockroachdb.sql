ALTER DATABASE app SET PRIMARY REGION "us-east1";

ALTER DATABASE app ADD REGION "us-west1";

CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  region crdb_internal_region NOT NULL ON UPDATE rehome_row()::crdb_internal_region,
  CONSTRAINT users_pkey PRIMARY KEY (id)
) LOCALITY REGIONAL BY ROW AS region;
