CREATE TABLE rooms (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  house STRING NOT NULL,
  number INT8 NOT NULL,
  code STRING,
  CONSTRAINT rooms_pkey PRIMARY KEY (id),
  UNIQUE INDEX rooms_house_number_key (house, number DESC),
  UNIQUE INDEX rooms_key (code) USING HASH WITH (bucket_count = 4)
);

CREATE TABLE guests (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  house STRING NOT NULL,
  room INT8 NOT NULL,
  code STRING,
  CONSTRAINT guests_pkey PRIMARY KEY (id),
  CONSTRAINT guests_code_fkey FOREIGN KEY (code) REFERENCES rooms (code),
  CONSTRAINT guests_house_room_fkey FOREIGN KEY (house, room) REFERENCES rooms (house, number) ON DELETE CASCADE,
  INDEX guests_code_idx (code),
  INDEX guests_house_room_idx (house, room)
);

CREATE TABLE nodes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name STRING NOT NULL,
  parent STRING,
  CONSTRAINT nodes_pkey PRIMARY KEY (id),
  CONSTRAINT nodes_parent_fkey FOREIGN KEY (parent) REFERENCES nodes (name),
  INDEX nodes_parent_idx (parent),
  UNIQUE INDEX nodes_name_key (name)
);

COMMENT ON TABLE nodes IS 'It refers to an index of its own.';
