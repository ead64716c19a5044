-- note: on CockroachDB with one region, comments on types are left out, since they need 24.2 or later: address

CREATE TYPE address AS (street STRING, "Post ""Code""" STRING, floor INT2, since DATE, at TIMESTAMPTZ, note JSONB);

CREATE TABLE parcels (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  "to" address NOT NULL,
  via address[] NOT NULL,
  CONSTRAINT parcels_pkey PRIMARY KEY (id)
);

CREATE TABLE letters (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  "to" address,
  CONSTRAINT letters_pkey PRIMARY KEY (id)
);
