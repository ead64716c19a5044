-- note: on PostgreSQL, ON UPDATE expressions are left out, so an update changes only what it sets: loose.e

CREATE TABLE loose (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  a BOOL NOT NULL DEFAULT (true OR false),
  b BOOL NOT NULL DEFAULT (1 IN (1, 2)),
  c TIMESTAMP NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
  d INT8 NOT NULL DEFAULT 1 + 2 * 3,
  e BOOL NOT NULL DEFAULT (NOT false),
  CONSTRAINT loose_pkey PRIMARY KEY (id)
);
