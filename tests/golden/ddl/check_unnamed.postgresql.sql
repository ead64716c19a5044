CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  status TEXT,
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_check CHECK (email != ''),
  CONSTRAINT users_check2 CHECK (status != '' OR email != ''),
  CONSTRAINT users_check1 CHECK (length(email) < 100)
);
