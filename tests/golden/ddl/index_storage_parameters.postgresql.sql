-- note: on PostgreSQL, hash sharding is left out: tuned.tuned_at_idx
-- note: on PostgreSQL, what is built into CockroachDB is an extension, which must be installed: postgis (tuned.area)
-- note: on PostgreSQL, storage parameters are left out: tuned.tuned_area_idx (s2_max_level, s2_max_cells, geometry_min_x, geometry_max_x, geometry_min_y, geometry_max_y), tuned.tuned_at_idx (fillfactor), tuned.tuned_n_idx (fillfactor)

CREATE EXTENSION IF NOT EXISTS postgis;

CREATE TABLE tuned (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  at TIMESTAMPTZ NOT NULL,
  n INT8 NOT NULL,
  area GEOMETRY NOT NULL,
  CONSTRAINT tuned_pkey PRIMARY KEY (id)
);

CREATE INDEX tuned_area_idx ON tuned USING gist (area);

CREATE INDEX tuned_at_idx ON tuned (at);

CREATE INDEX tuned_n_idx ON tuned (n);
