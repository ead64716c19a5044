ALTER DATABASE "My shop" CONFIGURE ZONE USING gc.ttlseconds = 600, num_replicas = 3;

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id),
  UNIQUE INDEX by_email (email) WHERE email != '',
  INDEX plain_email_idx (email DESC) STORING (id)
);
