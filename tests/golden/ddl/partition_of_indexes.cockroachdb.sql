CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id),
  UNIQUE INDEX by_email (email) PARTITION BY RANGE (email) (PARTITION first VALUES FROM (MINVALUE) TO ('n'), PARTITION second VALUES FROM ('n') TO (MAXVALUE)) WHERE email != '',
  INDEX plain_email_idx (email DESC) STORING (id) PARTITION BY RANGE (email) (PARTITION first VALUES FROM (MINVALUE) TO ('n'), PARTITION second VALUES FROM ('n') TO (MAXVALUE))
);
