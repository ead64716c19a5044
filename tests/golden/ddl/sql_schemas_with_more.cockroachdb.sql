CREATE SCHEMA sales;

CREATE SCHEMA "Nothing in it";

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  note STRING,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);

COMMENT ON DATABASE app IS 'The whole of it: ''all''.';

COMMENT ON SCHEMA sales IS 'What is sold.';

COMMENT ON SCHEMA public IS 'The rest.';
