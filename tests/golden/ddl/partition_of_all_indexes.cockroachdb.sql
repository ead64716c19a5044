SET experimental_enable_implicit_column_partitioning = on;
CREATE TABLE visitors (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  country STRING NOT NULL,
  name STRING NOT NULL,
  CONSTRAINT visitors_pkey PRIMARY KEY (id),
  INDEX visitors_name_idx (name)
) PARTITION ALL BY LIST (country) (PARTITION americas VALUES IN ('us', 'ca'), PARTITION rest VALUES IN (DEFAULT));
RESET experimental_enable_implicit_column_partitioning;

ALTER PARTITION americas OF INDEX visitors@* CONFIGURE ZONE USING gc.ttlseconds = 600;
