CREATE TABLE things (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  numbers INT4[] NOT NULL,
  tags STRING[] NOT NULL DEFAULT '{}',
  codes STRING(8)[] NOT NULL,
  prices DECIMAL(10,2)[],
  blobs BYTES[] NOT NULL,
  CONSTRAINT things_pkey PRIMARY KEY (id)
);
