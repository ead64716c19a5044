-- note: on PostgreSQL, hash sharding is left out: sharded and stored.sharded and stored_pkey, stored_by_a_field.stored_by_a_field_pkey
-- note: on PostgreSQL, primary keys are ascending in all columns: readings
-- note: on PostgreSQL, storage parameters are left out: stored.stored_pkey (fillfactor), sharded and stored.sharded and stored_pkey (fillfactor), readings.the key (fillfactor), stored_by_a_field.stored_by_a_field_pkey (fillfactor)

CREATE TABLE stored (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT stored_pkey PRIMARY KEY (id)
);

CREATE TABLE "sharded and stored" (
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT "sharded and stored_pkey" PRIMARY KEY (created_at, id)
);

CREATE TABLE readings (
  sensor INT8 NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  CONSTRAINT "the key" PRIMARY KEY (sensor, at)
);

CREATE TABLE stored_by_a_field (
  id INT8 NOT NULL,
  CONSTRAINT stored_by_a_field_pkey PRIMARY KEY (id)
);
