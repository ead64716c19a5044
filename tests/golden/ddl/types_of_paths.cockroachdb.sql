CREATE TABLE paths (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  path JSONPATH NOT NULL,
  CONSTRAINT paths_pkey PRIMARY KEY (id)
);
