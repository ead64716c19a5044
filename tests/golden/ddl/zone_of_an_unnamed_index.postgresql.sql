-- note: on PostgreSQL, partitions are left out: zoned
-- note: on PostgreSQL, zone configurations are left out: zoned

CREATE TABLE zoned (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  city TEXT NOT NULL,
  name TEXT NOT NULL,
  CONSTRAINT zoned_pkey PRIMARY KEY (id),
  CONSTRAINT zoned_name_key UNIQUE (name),
  CONSTRAINT zoned_city_name_key UNIQUE (city, name)
);

CREATE INDEX zoned_city_idx ON zoned (city);

CREATE INDEX zoned_expr_idx ON zoned ((lower(city)) NULLS FIRST);
