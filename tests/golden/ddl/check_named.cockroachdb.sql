CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  status STRING,
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT "email has an at" CHECK (email LIKE '%@%')
);
