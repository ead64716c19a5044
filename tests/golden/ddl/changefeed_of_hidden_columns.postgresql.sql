-- note: on PostgreSQL, the regions and the survival goal of the database are left out: us-east1, us-west1
-- note: on PostgreSQL, localities are left out: t (REGIONAL BY ROW)
-- note: on PostgreSQL, row-level TTL is left out, so nothing deletes expired rows: t
-- note: on PostgreSQL, changefeeds are left out: t

CREATE TABLE t (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT t_pkey PRIMARY KEY (id)
);
