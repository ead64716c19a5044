-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: us-east1, us-west1, europe-west1
-- note: on CockroachDB with one region, localities are left out: users (REGIONAL BY ROW AS region), rides (REGIONAL BY ROW AS region), promo_codes (GLOBAL)

CREATE TYPE crdb_internal_region AS ENUM ('us-east1', 'us-west1', 'europe-west1');

CREATE TABLE users (
  id UUID NOT NULL,
  city STRING NOT NULL,
  name STRING,
  region crdb_internal_region NOT NULL AS (CASE WHEN city IN ('amsterdam', 'paris', 'rome') THEN 'europe-west1'::crdb_internal_region WHEN city IN ('los angeles', 'san francisco', 'seattle') THEN 'us-west1'::crdb_internal_region ELSE 'us-east1'::crdb_internal_region END) STORED,
  CONSTRAINT users_pkey PRIMARY KEY (city, id)
);

CREATE TABLE rides (
  id UUID NOT NULL,
  city STRING NOT NULL,
  rider_id UUID,
  region crdb_internal_region NOT NULL,
  CONSTRAINT rides_pkey PRIMARY KEY (city, id),
  CONSTRAINT rides_city_rider_id_fkey FOREIGN KEY (city, rider_id) REFERENCES users (city, id),
  INDEX rides_city_rider_id_idx (city, rider_id)
);

CREATE TABLE promo_codes (
  code STRING NOT NULL,
  description STRING,
  CONSTRAINT promo_codes_pkey PRIMARY KEY (code)
);
