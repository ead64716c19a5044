ALTER DATABASE "My shop" SET PRIMARY REGION eu;

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);
