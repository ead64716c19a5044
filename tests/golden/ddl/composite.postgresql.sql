CREATE TYPE address AS (street TEXT, "Post ""Code""" TEXT, floor INT2, since DATE, at TIMESTAMPTZ, note JSONB);

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

COMMENT ON TYPE address IS 'Where a parcel goes.';
