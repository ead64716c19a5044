CREATE SCHEMA sales;

CREATE TYPE sales."Mood" AS ENUM ('VERY_HAPPY', 'it''s "odd"');

CREATE TABLE defaults (
  id INT8 NOT NULL DEFAULT 40 + 2,
  text STRING NOT NULL DEFAULT e'it''s \\ new',
  letter STRING NOT NULL DEFAULT 'x',
  number INT2 NOT NULL DEFAULT -7,
  "float" FLOAT8 NOT NULL DEFAULT -1.5e3,
  "boolean" BOOL NOT NULL DEFAULT true,
  bytes BYTES NOT NULL DEFAULT '\x00ff',
  mood sales."Mood" NOT NULL DEFAULT 'it''s "odd"'::sales."Mood",
  day TIMESTAMPTZ NOT NULL DEFAULT date_trunc('day', now()),
  list STRING[] NOT NULL DEFAULT ARRAY['a', 'b'],
  rounded DECIMAL NOT NULL DEFAULT round(1.5, 0),
  CONSTRAINT defaults_pkey PRIMARY KEY (id)
);
