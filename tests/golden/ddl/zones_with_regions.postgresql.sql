-- note: on PostgreSQL, the regions and the survival goal of the database are left out: us-east1, us-west1
-- note: on PostgreSQL, zone configurations are left out: database app, plain

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);

CREATE UNIQUE INDEX by_email ON plain (email) WHERE email != '';

CREATE INDEX plain_email_idx ON plain (email DESC) INCLUDE (id);
