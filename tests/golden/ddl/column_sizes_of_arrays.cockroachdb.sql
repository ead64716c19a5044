CREATE TABLE sized (
  id UUID NOT NULL,
  name STRING NOT NULL,
  words STRING(8)[] NOT NULL,
  prices DECIMAL(10,2)[],
  CONSTRAINT "the key" PRIMARY KEY (name, id)
);
