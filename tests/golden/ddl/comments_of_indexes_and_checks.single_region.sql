-- note: on CockroachDB with one region, comments on types are left out, since they need 24.2 or later: size

CREATE SCHEMA "Sales";

CREATE TYPE size AS ENUM ('s', 'm');

CREATE TABLE "Sales".shirts (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  size size NOT NULL,
  "order" INT4 NOT NULL,
  CONSTRAINT shirts_pkey PRIMARY KEY (id),
  CONSTRAINT shirts_check CHECK ("order" > 0),
  CONSTRAINT "Yes" CHECK (true),
  INDEX "By order" ("order"),
  INDEX shirts_order_idx ("order" DESC)
);

COMMENT ON COLUMN "Sales".shirts.id IS 'The key.';

COMMENT ON COLUMN "Sales".shirts.size IS e'Two lines:\nthe second; it''s 100\\%.';

COMMENT ON COLUMN "Sales".shirts."order" IS '-- no comment /* here */';

COMMENT ON INDEX "Sales".shirts@"By order" IS 'It''s for lists.';

COMMENT ON INDEX "Sales".shirts@shirts_order_idx IS '-- by size';

COMMENT ON CONSTRAINT shirts_check ON "Sales".shirts IS 'Counted from 1.';
