-- note: on PostgreSQL, hash sharding is left out: composite_key.composite_key_pkey
-- note: on PostgreSQL, primary keys are ascending in all columns: composite_key

CREATE TABLE composite_key (
  at TIMESTAMPTZ NOT NULL,
  tenant INT4 NOT NULL,
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT composite_key_pkey PRIMARY KEY (tenant, at, id)
);
