CREATE TABLE sized (
  id UUID NOT NULL,
  name TEXT NOT NULL,
  words VARCHAR(8)[] NOT NULL,
  prices DECIMAL(10,2)[],
  CONSTRAINT "the key" PRIMARY KEY (name, id)
);
