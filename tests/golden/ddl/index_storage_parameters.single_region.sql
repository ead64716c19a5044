-- note: on CockroachDB with one region, storage parameters are left out: tuned.tuned_at_idx (skip_unique_checks)

CREATE TABLE tuned (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  at TIMESTAMPTZ NOT NULL,
  n INT8 NOT NULL,
  CONSTRAINT tuned_pkey PRIMARY KEY (id),
  INDEX tuned_at_idx (at) USING HASH WITH (bucket_count = 8, a = 'b'),
  INDEX tuned_n_idx (n) WITH (fillfactor = 70)
);
