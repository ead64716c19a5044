ALTER DATABASE app SET PRIMARY REGION "us-east1";

ALTER DATABASE app ADD REGION "us-west1";

CREATE TABLE in_the_west (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT in_the_west_pkey PRIMARY KEY (id)
) LOCALITY REGIONAL BY TABLE IN "us-west1";

CREATE TABLE by_hidden_region (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT by_hidden_region_pkey PRIMARY KEY (id)
) LOCALITY REGIONAL BY ROW;
