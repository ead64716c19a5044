-- note: on PostgreSQL, what is built into CockroachDB is an extension, which must be installed: citext (people.email), ltree (people.place), ltree (people.places)

CREATE EXTENSION IF NOT EXISTS citext;

CREATE EXTENSION IF NOT EXISTS ltree;

CREATE TABLE people (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email CITEXT NOT NULL,
  place LTREE NOT NULL,
  places LTREE[] NOT NULL,
  CONSTRAINT people_pkey PRIMARY KEY (id),
  CONSTRAINT people_email_key UNIQUE (email)
);
