-- note: on PostgreSQL, hash sharding is left out: tuned.tuned_at_idx
-- note: on PostgreSQL, storage parameters are left out: tuned.tuned_at_idx (skip_unique_checks, a), tuned.tuned_n_idx (fillfactor)

CREATE TABLE tuned (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  at TIMESTAMPTZ NOT NULL,
  n INT8 NOT NULL,
  CONSTRAINT tuned_pkey PRIMARY KEY (id)
);

CREATE INDEX tuned_at_idx ON tuned (at);

CREATE INDEX tuned_n_idx ON tuned (n);
