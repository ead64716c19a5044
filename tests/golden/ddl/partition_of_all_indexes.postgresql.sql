-- note: on PostgreSQL, partitions are left out: visitors
-- note: on PostgreSQL, zone configurations are left out: visitors

CREATE TABLE visitors (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  country TEXT NOT NULL,
  name TEXT NOT NULL,
  CONSTRAINT visitors_pkey PRIMARY KEY (id)
);

CREATE INDEX visitors_name_idx ON visitors (name);
