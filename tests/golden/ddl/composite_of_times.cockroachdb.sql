CREATE TYPE hours AS (opens TIMETZ, lasts INTERVAL);

CREATE TABLE shifts (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  hours hours NOT NULL,
  CONSTRAINT shifts_pkey PRIMARY KEY (id)
);
