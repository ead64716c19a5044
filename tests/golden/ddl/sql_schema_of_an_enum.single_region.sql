-- note: on CockroachDB with one region, comments on types are left out, since they need 24.2 or later: types.State

CREATE SCHEMA "help desk";

CREATE SCHEMA types;

CREATE TYPE types."State" AS ENUM ('open', 'closed');

CREATE TABLE "help desk".tickets (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  state types."State" NOT NULL DEFAULT 'open'::types."State",
  states types."State"[] NOT NULL,
  CONSTRAINT tickets_pkey PRIMARY KEY (id)
);
