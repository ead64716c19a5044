CREATE TABLE indexes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  a INT4 NOT NULL,
  b INT4 NOT NULL,
  c INT4 NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  CONSTRAINT indexes_pkey PRIMARY KEY (id),
  CONSTRAINT indexes_c_key UNIQUE (c),
  INDEX indexes_a_idx (a),
  INDEX indexes_a_b_idx (a DESC, b),
  UNIQUE INDEX named (b),
  INDEX "Odd Name" (c) STORING (a, b) WHERE c > 0,
  INDEX indexes_at_idx (at) USING HASH,
  INDEX indexes_at_a_idx (at, a) USING HASH STORING (b) WITH (bucket_count = 4),
  CONSTRAINT indexes_a_b_c_key UNIQUE (a, b, c)
);
