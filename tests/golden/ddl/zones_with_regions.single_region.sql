-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: us-east1, us-west1

ALTER DATABASE app CONFIGURE ZONE USING gc.ttlseconds = 600;

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id),
  UNIQUE INDEX by_email (email) WHERE email != '',
  INDEX plain_email_idx (email DESC) STORING (id)
);

ALTER TABLE plain CONFIGURE ZONE USING gc.ttlseconds = 600;
