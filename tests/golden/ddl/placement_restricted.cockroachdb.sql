ALTER DATABASE app SET PRIMARY REGION "us-east1";

ALTER DATABASE app ADD REGION "us-west1";

SET enable_multiregion_placement_policy = on;
ALTER DATABASE app PLACEMENT RESTRICTED;
RESET enable_multiregion_placement_policy;

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);
