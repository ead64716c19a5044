CREATE TABLE things (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  note STRING,
  count INT8 DEFAULT 0,
  CONSTRAINT things_pkey PRIMARY KEY (id)
);
