-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: us-east1, us-west1
-- note: on CockroachDB with one region, localities are left out: in_the_west (REGIONAL BY TABLE IN "us-west1"), by_hidden_region (REGIONAL BY ROW)

CREATE TABLE in_the_west (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT in_the_west_pkey PRIMARY KEY (id)
);

CREATE TABLE by_hidden_region (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT by_hidden_region_pkey PRIMARY KEY (id)
);
