-- note: on PostgreSQL, column families are left out: wide
-- note: on PostgreSQL, changefeeds are left out: plain and wide, wide, plain

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  note TEXT,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);

CREATE TABLE wide (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  count INT8 NOT NULL,
  note TEXT,
  CONSTRAINT wide_pkey PRIMARY KEY (id)
);
