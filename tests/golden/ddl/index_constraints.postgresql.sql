CREATE TABLE constrained (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  a INT8 NOT NULL,
  b INT8 NOT NULL,
  c INT8,
  CONSTRAINT constrained_pkey PRIMARY KEY (id),
  CONSTRAINT constrained_a_key UNIQUE (a),
  CONSTRAINT constrained_a_b_key1 UNIQUE (a, b),
  CONSTRAINT by_b UNIQUE (b) INCLUDE (c),
  CONSTRAINT "Odd Name" UNIQUE (c)
);

CREATE UNIQUE INDEX constrained_a_b_key ON constrained (a, b);

CREATE INDEX constrained_a_b_idx ON constrained (a, b);

CREATE INDEX constrained_a_b_idx1 ON constrained (a DESC, b);
