CREATE TABLE things (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  numbers INT4[] NOT NULL,
  tags TEXT[] NOT NULL DEFAULT '{}',
  codes VARCHAR(8)[] NOT NULL,
  prices DECIMAL(10,2)[],
  blobs BYTEA[] NOT NULL,
  CONSTRAINT things_pkey PRIMARY KEY (id)
);
