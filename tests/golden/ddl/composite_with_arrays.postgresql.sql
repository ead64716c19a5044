CREATE TYPE stops AS (names TEXT[], numbers INT8[], at TIMESTAMPTZ[]);

CREATE TABLE routes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  stops stops NOT NULL,
  CONSTRAINT routes_pkey PRIMARY KEY (id)
);
