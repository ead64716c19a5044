ALTER DATABASE app SET PRIMARY REGION "us-east1";

ALTER DATABASE app ADD REGION "us-west1";

CREATE TABLE citizens (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  country STRING NOT NULL,
  home crdb_internal_region NOT NULL AS (CASE WHEN country = 'us' THEN 'us-east1'::crdb_internal_region ELSE 'us-west1'::crdb_internal_region END) STORED,
  CONSTRAINT citizens_pkey PRIMARY KEY (id)
) LOCALITY REGIONAL BY ROW AS home;
