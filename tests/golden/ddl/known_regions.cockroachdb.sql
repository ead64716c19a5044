ALTER DATABASE movr SET PRIMARY REGION "us-east1";

ALTER DATABASE movr ADD REGION "us-central1";

ALTER DATABASE movr ADD REGION "us-west1";

ALTER DATABASE movr ADD REGION "europe-west1";

ALTER DATABASE movr ADD REGION "europe-west2";

ALTER DATABASE movr ADD REGION "europe-west3";

ALTER DATABASE movr SURVIVE REGION FAILURE;

SET enable_super_regions = on;
ALTER DATABASE movr ADD SUPER REGION usa VALUES "us-east1", "us-central1", "us-west1";
RESET enable_super_regions;

ALTER DATABASE movr ALTER LOCALITY REGIONAL IN "us-west1" CONFIGURE ZONE USING lease_preferences = '[[+region=us-west1], [+region=us-central1]]';

ALTER DATABASE movr ALTER LOCALITY GLOBAL CONFIGURE ZONE USING num_replicas = 7;

CREATE TABLE promo_codes (
  code STRING NOT NULL,
  description STRING,
  CONSTRAINT promo_codes_pkey PRIMARY KEY (code)
) LOCALITY GLOBAL;

CREATE TABLE rides (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  city STRING NOT NULL,
  crdb_region crdb_internal_region NOT VISIBLE NOT NULL DEFAULT default_to_database_primary_region(gateway_region())::crdb_internal_region ON UPDATE rehome_row()::crdb_internal_region,
  CONSTRAINT rides_pkey PRIMARY KEY (id)
) LOCALITY REGIONAL BY ROW;

COMMENT ON TABLE promo_codes IS '"ALTER DATABASE", "Super regions", "Zone config extensions", "Table localities".';
