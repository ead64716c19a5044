CREATE TABLE sharded (
  "a ""b""" INT8 NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT sharded_pkey PRIMARY KEY ("a ""b""", created_at) USING HASH WITH (shard_columns = ("a ""b""", created_at)),
  INDEX "sharded_created_at_a ""b""_idx" (created_at DESC, "a ""b""") USING HASH WITH (bucket_count = 4, shard_columns = created_at)
);

CREATE TABLE events (
  tenant INT8 NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (tenant, at, id) USING HASH WITH (bucket_count = 8, shard_columns = tenant),
  INDEX events_at_tenant_idx (at, tenant) USING HASH WITH (shard_columns = (at, tenant))
);

CREATE TABLE shipments (
  "order" INT8 NOT NULL,
  number INT8 NOT NULL,
  CONSTRAINT shipments_pkey PRIMARY KEY ("order", number) USING HASH WITH (bucket_count = 8)
);
