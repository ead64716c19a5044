-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: us-east1, us-central1, us-west1, europe-west1, europe-west2, europe-west3
-- note: on CockroachDB with one region, localities are left out: promo_codes (GLOBAL), rides (REGIONAL BY ROW, auto-rehoming)
-- note: on CockroachDB with one region, zone configurations are left out: localities of database movr

CREATE TABLE promo_codes (
  code STRING NOT NULL,
  description STRING,
  CONSTRAINT promo_codes_pkey PRIMARY KEY (code)
);

CREATE TABLE rides (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  city STRING NOT NULL,
  CONSTRAINT rides_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE promo_codes IS '"ALTER DATABASE", "Super regions", "Zone config extensions", "Table localities".';
