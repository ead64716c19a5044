-- note: on PostgreSQL, hash sharding is left out: indexes.indexes_at_idx, indexes.indexes_at_a_idx

CREATE TABLE indexes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  a INT4 NOT NULL,
  b INT4 NOT NULL,
  c INT4 NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  CONSTRAINT indexes_pkey PRIMARY KEY (id),
  CONSTRAINT indexes_c_key UNIQUE (c),
  CONSTRAINT indexes_a_b_c_key UNIQUE (a, b, c)
);

CREATE INDEX indexes_a_idx ON indexes (a);

CREATE INDEX indexes_a_b_idx ON indexes (a DESC, b);

CREATE UNIQUE INDEX named ON indexes (b);

CREATE INDEX "Odd Name" ON indexes (c) INCLUDE (a, b) WHERE c > 0;

CREATE INDEX indexes_at_idx ON indexes (at);

CREATE INDEX indexes_at_a_idx ON indexes (at, a) INCLUDE (b);
