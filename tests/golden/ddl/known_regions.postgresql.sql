-- note: on PostgreSQL, the regions and the survival goal of the database are left out: us-east1, us-central1, us-west1, europe-west1, europe-west2, europe-west3
-- note: on PostgreSQL, localities are left out: promo_codes (GLOBAL), rides (REGIONAL BY ROW, auto-rehoming)
-- note: on PostgreSQL, zone configurations are left out: localities of database movr

CREATE TABLE promo_codes (
  code TEXT NOT NULL,
  description TEXT,
  CONSTRAINT promo_codes_pkey PRIMARY KEY (code)
);

CREATE TABLE rides (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  city TEXT NOT NULL,
  CONSTRAINT rides_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE promo_codes IS '"ALTER DATABASE", "Super regions", "Zone config extensions", "Table localities".';
