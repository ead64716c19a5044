CREATE TABLE seen (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  a INT8 NOT NULL,
  b INT8 NOT NULL,
  c INT8 NOT NULL,
  CONSTRAINT seen_pkey PRIMARY KEY (id),
  INDEX seen_a_idx (a) NOT VISIBLE,
  INDEX seen_b_idx (b) VISIBILITY 0.25,
  INDEX seen_a_b_idx (a, b) VISIBLE,
  UNIQUE INDEX seen_b_a_key (b, a) USING HASH STORING (c) WITH (bucket_count = 4) WHERE a > 0 NOT VISIBLE
);
