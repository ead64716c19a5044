CREATE TABLE t (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  CONSTRAINT t_pkey PRIMARY KEY (id),
  FAMILY a (id),
  FAMILY b (email)
);

CREATE CHANGEFEED FOR TABLE t INTO 'kafka://broker:9092' WITH split_column_families;
