CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  note TEXT,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);

CREATE PROCEDURE forget() LANGUAGE SQL AS $$ DELETE FROM plain WHERE note IS NULL; $$;
