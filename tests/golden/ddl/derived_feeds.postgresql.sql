-- note: on PostgreSQL, changefeeds are left out: feeds

CREATE TABLE feeds (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  "owner id" INT8 NOT NULL,
  meta JSONB,
  CONSTRAINT feeds_pkey PRIMARY KEY (id)
);
