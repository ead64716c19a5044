CREATE TABLE composite_key (
  at TIMESTAMPTZ NOT NULL,
  tenant INT4 NOT NULL,
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT composite_key_pkey PRIMARY KEY (tenant, at DESC, id) USING HASH WITH (bucket_count = 8)
);
