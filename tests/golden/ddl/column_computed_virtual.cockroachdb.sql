CREATE TABLE lines (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name STRING NOT NULL,
  lower_name STRING NOT NULL AS (lower(name)) VIRTUAL,
  CONSTRAINT lines_pkey PRIMARY KEY (id)
);
