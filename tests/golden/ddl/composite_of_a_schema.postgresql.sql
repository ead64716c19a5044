CREATE SCHEMA "Places";

CREATE TYPE "Places".spot AS (x FLOAT8, y FLOAT8);

CREATE TABLE visits (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  spot "Places".spot NOT NULL DEFAULT '(0,0)'::"Places".spot,
  CONSTRAINT visits_pkey PRIMARY KEY (id)
);
