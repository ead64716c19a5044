CREATE TABLE stored (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT stored_pkey PRIMARY KEY (id) WITH (fillfactor = 70)
);

CREATE TABLE "sharded and stored" (
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT "sharded and stored_pkey" PRIMARY KEY (created_at, id) USING HASH WITH (bucket_count = 8, fillfactor = 70)
);

CREATE TABLE readings (
  sensor INT8 NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  CONSTRAINT "the key" PRIMARY KEY (sensor, at DESC) WITH (fillfactor = 80)
);

CREATE TABLE stored_by_a_field (
  id INT8 NOT NULL,
  CONSTRAINT stored_by_a_field_pkey PRIMARY KEY (id) USING HASH WITH (bucket_count = 4, fillfactor = 90)
);
