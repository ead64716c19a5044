CREATE TYPE color AS ENUM ('red', 'green', 'blue');

CREATE TABLE things (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  color color NOT NULL DEFAULT 'green'::color,
  title STRING NOT NULL DEFAULT 'it''s',
  path STRING NOT NULL DEFAULT e'C:\\temp\\new\nline',
  empty STRING NOT NULL DEFAULT '',
  day DATE NOT NULL DEFAULT '2024-02-29',
  data JSONB NOT NULL DEFAULT '{"a": [1, "ü"]}',
  count INT4 NOT NULL DEFAULT (1 + 2),
  due TIMESTAMPTZ NOT NULL DEFAULT now() + '1 day'::INTERVAL,
  CONSTRAINT things_pkey PRIMARY KEY (id)
);
