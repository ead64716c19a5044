-- note: on PostgreSQL, partitions are left out: plain
-- note: on PostgreSQL, zone configurations are left out: plain

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);

CREATE UNIQUE INDEX by_email ON plain (email) WHERE email != '';

CREATE INDEX plain_email_idx ON plain (email DESC) INCLUDE (id);
