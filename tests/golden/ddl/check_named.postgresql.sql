CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  status TEXT,
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT "email has an at" CHECK (email LIKE '%@%')
);
