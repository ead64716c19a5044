CREATE TABLE places (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  kind INT4 NOT NULL,
  at GEOGRAPHY(POINT,4326) NOT NULL,
  area GEOMETRY(MULTIPOLYGON),
  plan GEOMETRY(GEOMETRY,3857) NOT NULL,
  "any" GEOMETRY NOT NULL,
  route GEOMETRY[] NOT NULL,
  CONSTRAINT places_pkey PRIMARY KEY (id),
  INVERTED INDEX places_at_idx (at),
  INVERTED INDEX places_kind_area_idx (kind, area)
);
