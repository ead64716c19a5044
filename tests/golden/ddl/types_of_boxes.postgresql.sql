-- note: on PostgreSQL, what is built into CockroachDB is an extension, which must be installed: postgis (boxes.around), postgis (boxes.others)

CREATE EXTENSION IF NOT EXISTS postgis;

CREATE TABLE boxes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  around BOX2D NOT NULL,
  others BOX2D[],
  CONSTRAINT boxes_pkey PRIMARY KEY (id)
);
