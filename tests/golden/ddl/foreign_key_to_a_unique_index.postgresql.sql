-- note: on PostgreSQL, hash sharding is left out: rooms.rooms_key

CREATE TABLE rooms (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  house TEXT NOT NULL,
  number INT8 NOT NULL,
  code TEXT,
  CONSTRAINT rooms_pkey PRIMARY KEY (id)
);

CREATE TABLE guests (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  house TEXT NOT NULL,
  room INT8 NOT NULL,
  code TEXT,
  CONSTRAINT guests_pkey PRIMARY KEY (id)
);

CREATE TABLE nodes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  parent TEXT,
  CONSTRAINT nodes_pkey PRIMARY KEY (id)
);

CREATE UNIQUE INDEX rooms_house_number_key ON rooms (house, number DESC);

CREATE UNIQUE INDEX rooms_key ON rooms (code NULLS FIRST);

CREATE INDEX guests_code_idx ON guests (code NULLS FIRST);

CREATE INDEX guests_house_room_idx ON guests (house, room);

CREATE INDEX nodes_parent_idx ON nodes (parent NULLS FIRST);

CREATE UNIQUE INDEX nodes_name_key ON nodes (name);

ALTER TABLE guests ADD CONSTRAINT guests_code_fkey FOREIGN KEY (code) REFERENCES rooms (code);

ALTER TABLE guests ADD CONSTRAINT guests_house_room_fkey FOREIGN KEY (house, room) REFERENCES rooms (house, number) ON DELETE CASCADE;

ALTER TABLE nodes ADD CONSTRAINT nodes_parent_fkey FOREIGN KEY (parent) REFERENCES nodes (name);

COMMENT ON TABLE nodes IS 'It refers to an index of its own.';
