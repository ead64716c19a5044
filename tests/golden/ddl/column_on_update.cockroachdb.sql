CREATE TYPE state AS ENUM ('fresh', 'stale');

CREATE TABLE updated (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  changed_at TIMESTAMPTZ NOT NULL DEFAULT now() ON UPDATE now(),
  state state ON UPDATE 'stale'::state,
  note STRING NOT NULL DEFAULT 'it''s new' ON UPDATE 'it''s changed',
  count INT8 NOT NULL DEFAULT 0 ON UPDATE 1 + 1,
  after UUID ON UPDATE gen_random_uuid(),
  seen_at TIMESTAMPTZ ON UPDATE now(),
  CONSTRAINT updated_pkey PRIMARY KEY (id),
  CONSTRAINT updated_after_fkey FOREIGN KEY (after) REFERENCES updated (id) ON DELETE CASCADE ON UPDATE RESTRICT,
  CONSTRAINT updated_check CHECK (seen_at > '2000-01-01')
);
