CREATE TYPE "group" AS ENUM ('select');

CREATE TABLE "user" (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  "table" INT8 NOT NULL,
  CONSTRAINT user_pkey PRIMARY KEY (id)
);

CREATE TABLE "order" (
  "primary" UUID NOT NULL,
  "user" UUID NOT NULL,
  "index" INT8 NOT NULL,
  "family" INT8 NOT NULL,
  "group" "group" NOT NULL DEFAULT 'select'::"group",
  "values" INT8 NOT NULL AS ("index" + 1) STORED,
  CONSTRAINT order_pkey PRIMARY KEY ("primary"),
  CONSTRAINT order_index_key UNIQUE ("index"),
  CONSTRAINT order_user_fkey FOREIGN KEY ("user") REFERENCES "user" (id),
  CONSTRAINT "where" CHECK ("index" > 0),
  INDEX "check" ("family" DESC) STORING ("values")
);

COMMENT ON TABLE "order" IS 'Keywords.';
