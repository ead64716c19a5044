ALTER DATABASE "My shop" SET PRIMARY REGION "a-1";

ALTER DATABASE "My shop" ADD REGION "a-2";

ALTER DATABASE "My shop" ADD REGION "a-3";

ALTER DATABASE "My shop" ADD REGION "b-1";

ALTER DATABASE "My shop" ADD REGION "b-2";

ALTER DATABASE "My shop" ADD REGION "b-3";

ALTER DATABASE "My shop" SURVIVE REGION FAILURE;

SET enable_super_regions = on;
ALTER DATABASE "My shop" ADD SUPER REGION a VALUES "a-1", "a-2", "a-3";
RESET enable_super_regions;

SET enable_super_regions = on;
ALTER DATABASE "My shop" ADD SUPER REGION b VALUES "b-1", "b-2", "b-3";
RESET enable_super_regions;

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);
