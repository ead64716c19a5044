-- note: on CockroachDB, comments on types are left out, since they need 24.2 or later: size

CREATE TYPE size AS ENUM ('s', 'm');

CREATE TABLE shirts (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  size size NOT NULL,
  "order" INT4 NOT NULL,
  CONSTRAINT shirts_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE shirts IS e'Shirts; what''s worn.\n\nA second paragraph, with größe and \t a tab.';

COMMENT ON COLUMN shirts.id IS 'The key.';

COMMENT ON COLUMN shirts.size IS e'Two lines:\nthe second; it''s 100\\%.';

COMMENT ON COLUMN shirts."order" IS '-- no comment /* here */';
