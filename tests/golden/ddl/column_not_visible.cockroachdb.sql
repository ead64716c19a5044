CREATE TABLE hidden (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  written_at TIMESTAMPTZ NOT VISIBLE NOT NULL DEFAULT now(),
  lower_name STRING NOT VISIBLE AS (lower(name)) VIRTUAL,
  name STRING NOT NULL,
  CONSTRAINT hidden_pkey PRIMARY KEY (id)
);
