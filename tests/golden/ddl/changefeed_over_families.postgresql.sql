-- note: on PostgreSQL, column families are left out: t
-- note: on PostgreSQL, changefeeds are left out: t

CREATE TABLE t (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  CONSTRAINT t_pkey PRIMARY KEY (id)
);
