CREATE TABLE expressions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  a INT8 NOT NULL,
  b INT8,
  data JSONB NOT NULL,
  CONSTRAINT expressions_pkey PRIMARY KEY (id)
);

CREATE INDEX expressions_expr_idx ON expressions ((lower(email)) NULLS FIRST);

CREATE INDEX expressions_expr_a_expr1_idx ON expressions ((lower(email)) DESC NULLS LAST, a DESC, (a + b) NULLS FIRST);

CREATE UNIQUE INDEX expressions_expr_key ON expressions ((upper(email)) NULLS FIRST) INCLUDE (b) WHERE a > 0;

CREATE INDEX expressions_expr_b_idx ON expressions ((a = 1 OR b = 2) NULLS FIRST, b DESC NULLS LAST);

CREATE INDEX expressions_a_idx ON expressions (a);

CREATE INDEX expressions_expr_idx1 ON expressions ((data->>'k') NULLS FIRST);
