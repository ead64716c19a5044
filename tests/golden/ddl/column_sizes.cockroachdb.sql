CREATE TABLE things (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  total DECIMAL(10,2) NOT NULL,
  whole DECIMAL(19,0) NOT NULL,
  code STRING(3) NOT NULL,
  CONSTRAINT things_pkey PRIMARY KEY (id)
);
