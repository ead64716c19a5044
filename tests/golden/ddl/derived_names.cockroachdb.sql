CREATE SCHEMA "Odd Schema";

CREATE TABLE "Odd Schema"."Select" (
  "primary key" UUID NOT NULL DEFAULT gen_random_uuid(),
  type INT4 NOT NULL,
  "a ""quoted"" name" INT4 NOT NULL,
  "größe" INT4 NOT NULL,
  "user" INT4 NOT NULL,
  CONSTRAINT "Select_pkey" PRIMARY KEY ("primary key")
);

COMMENT ON TABLE "Odd Schema"."Select" IS e'A table with "quotes", it''s said,\nover two lines.';

COMMENT ON COLUMN "Odd Schema"."Select"."primary key" IS 'The key.';

COMMENT ON COLUMN "Odd Schema"."Select".type IS e'A backslash: \\n.';
