-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: us-east1, us-west1

CREATE SCHEMA sales;

CREATE TYPE crdb_internal_region AS ENUM ('us-east1', 'us-west1');

CREATE TYPE sales."Mood" AS ENUM ('VERY_HAPPY', 'it''s "odd"');

CREATE TABLE types (
  id INT8 NOT NULL,
  "boolean" BOOL NOT NULL,
  int2 INT2 NOT NULL,
  int4 INT4 NOT NULL,
  float4 FLOAT4 NOT NULL,
  float8 FLOAT8 NOT NULL,
  text STRING NOT NULL,
  bytes BYTES NOT NULL,
  uuid UUID NOT NULL,
  "decimal" DECIMAL NOT NULL,
  json JSONB NOT NULL,
  document JSONB NOT NULL,
  inet INET NOT NULL,
  date DATE NOT NULL,
  "time" TIME NOT NULL,
  "timestamp" TIMESTAMP NOT NULL,
  "timestamptz" TIMESTAMPTZ NOT NULL,
  civil DATE NOT NULL,
  instant TIMESTAMPTZ NOT NULL,
  email STRING NOT NULL,
  mood sales."Mood" NOT NULL,
  region crdb_internal_region NOT NULL,
  texts STRING[] NOT NULL,
  moods sales."Mood"[] NOT NULL,
  maybe INT4[],
  CONSTRAINT types_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE types IS 'One column of every type.';
