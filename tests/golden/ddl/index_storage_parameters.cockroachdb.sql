CREATE TABLE tuned (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  at TIMESTAMPTZ NOT NULL,
  n INT8 NOT NULL,
  area GEOMETRY NOT NULL,
  CONSTRAINT tuned_pkey PRIMARY KEY (id),
  INVERTED INDEX tuned_area_idx (area) WITH (s2_max_level = 12, s2_max_cells = 8, geometry_min_x = -180, geometry_max_x = 180, geometry_min_y = '-90.5', geometry_max_y = '90.5'),
  INDEX tuned_at_idx (at) USING HASH WITH (bucket_count = 8, fillfactor = 80),
  INDEX tuned_n_idx (n) WITH (fillfactor = 70)
);
