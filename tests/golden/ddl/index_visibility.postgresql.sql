-- note: on PostgreSQL, hash sharding is left out: seen.seen_b_a_key
-- note: on PostgreSQL, indexes that queries do not see are seen: seen.seen_a_idx, seen.seen_b_idx, seen.seen_b_a_key

CREATE TABLE seen (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  a INT8 NOT NULL,
  b INT8 NOT NULL,
  c INT8 NOT NULL,
  CONSTRAINT seen_pkey PRIMARY KEY (id)
);

CREATE INDEX seen_a_idx ON seen (a);

CREATE INDEX seen_b_idx ON seen (b);

CREATE INDEX seen_a_b_idx ON seen (a, b);

CREATE UNIQUE INDEX seen_b_a_key ON seen (b, a) INCLUDE (c) WHERE a > 0;
