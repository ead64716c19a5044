CREATE TABLE constrained (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  a INT8 NOT NULL,
  b INT8 NOT NULL,
  c INT8,
  CONSTRAINT constrained_pkey PRIMARY KEY (id),
  CONSTRAINT constrained_a_key UNIQUE (a),
  UNIQUE INDEX constrained_a_b_key (a, b),
  INDEX constrained_a_b_idx (a, b),
  INDEX constrained_a_b_idx1 (a DESC, b),
  CONSTRAINT constrained_a_b_key1 UNIQUE (a, b),
  CONSTRAINT by_b UNIQUE (b) STORING (c),
  CONSTRAINT "Odd Name" UNIQUE (c)
);
