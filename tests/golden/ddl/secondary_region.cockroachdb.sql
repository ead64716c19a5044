ALTER DATABASE app SET PRIMARY REGION "us-east1";

ALTER DATABASE app ADD REGION "us-west1";

ALTER DATABASE app ADD REGION eu;

SET enable_super_regions = on;
ALTER DATABASE app ADD SUPER REGION "the US" VALUES "us-east1", "us-west1";
RESET enable_super_regions;

ALTER DATABASE app SET SECONDARY REGION "us-west1";

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);
