-- note: on PostgreSQL, inverted indexes have their last column only: places.places_kind_area_idx
-- note: on PostgreSQL, what is built into CockroachDB is an extension, which must be installed: postgis (places.at), postgis (places.area), postgis (places.plan), postgis (places.any), postgis (places.route)

CREATE EXTENSION IF NOT EXISTS postgis;

CREATE TABLE places (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  kind INT4 NOT NULL,
  at GEOGRAPHY(POINT,4326) NOT NULL,
  area GEOMETRY(MULTIPOLYGON),
  plan GEOMETRY(GEOMETRY,3857) NOT NULL,
  "any" GEOMETRY NOT NULL,
  route GEOMETRY[] NOT NULL,
  CONSTRAINT places_pkey PRIMARY KEY (id)
);

CREATE INDEX places_at_idx ON places USING gist (at);

CREATE INDEX places_kind_area_idx ON places USING gist (area);
