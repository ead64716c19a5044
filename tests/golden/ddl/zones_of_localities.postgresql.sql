-- note: on PostgreSQL, the regions and the survival goal of the database are left out: us-east1, us-west1
-- note: on PostgreSQL, localities are left out: everywhere (GLOBAL)
-- note: on PostgreSQL, zone configurations are left out: localities of database My shop

CREATE TABLE everywhere (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT everywhere_pkey PRIMARY KEY (id)
);
