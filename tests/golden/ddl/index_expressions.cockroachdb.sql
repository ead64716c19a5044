CREATE TABLE expressions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  a INT8 NOT NULL,
  b INT8,
  data JSONB NOT NULL,
  CONSTRAINT expressions_pkey PRIMARY KEY (id),
  INDEX expressions_expr_idx ((lower(email))),
  INDEX expressions_expr_a_expr1_idx ((lower(email)) DESC, a DESC, (a + b)),
  UNIQUE INDEX expressions_expr_key ((upper(email))) STORING (b) WHERE a > 0,
  INDEX expressions_expr_b_idx ((a = 1 OR b = 2), b DESC),
  INDEX expressions_a_idx (a),
  INDEX expressions_expr_idx1 ((data->>'k'))
);
