CREATE TYPE sled_policy AS ENUM ('in_service', 'no_provision', 'expunged');

CREATE TYPE sled_state AS ENUM ('active', 'decommissioned');

CREATE TYPE physical_disk_kind AS ENUM ('m2', 'u2');

CREATE TYPE physical_disk_state AS ENUM ('active', 'decommissioned');

CREATE TABLE sled (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  time_created TIMESTAMPTZ NOT NULL,
  time_modified TIMESTAMPTZ NOT NULL,
  time_deleted TIMESTAMPTZ,
  rcgen INT8 NOT NULL,
  rack_id UUID NOT NULL,
  is_scrimlet BOOL NOT NULL,
  serial_number STRING(63) NOT NULL,
  part_number STRING(63) NOT NULL,
  revision INT8 NOT NULL,
  usable_hardware_threads INT8 NOT NULL,
  usable_physical_ram INT8 NOT NULL,
  reservoir_size INT8 NOT NULL,
  ip INET NOT NULL,
  port INT4 NOT NULL,
  last_used_address INET NOT NULL,
  sled_policy sled_policy NOT NULL,
  sled_state sled_state NOT NULL,
  CONSTRAINT sled_pkey PRIMARY KEY (id),
  CONSTRAINT sled_check CHECK (usable_hardware_threads BETWEEN 0 AND 4294967295),
  CONSTRAINT sled_check1 CHECK (reservoir_size < usable_physical_ram),
  CONSTRAINT sled_check2 CHECK (port BETWEEN 0 AND 65535),
  UNIQUE INDEX serial_part_revision_unique (serial_number, part_number, revision),
  UNIQUE INDEX lookup_sled_by_rack (rack_id, id) WHERE time_deleted IS NULL
);

CREATE TABLE physical_disk (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  time_created TIMESTAMPTZ NOT NULL,
  time_modified TIMESTAMPTZ NOT NULL,
  time_deleted TIMESTAMPTZ,
  rcgen INT8 NOT NULL,
  vendor STRING(63) NOT NULL,
  serial STRING(63) NOT NULL,
  model STRING(63) NOT NULL,
  variant physical_disk_kind NOT NULL,
  sled_id UUID NOT NULL,
  disk_state physical_disk_state NOT NULL,
  CONSTRAINT physical_disk_pkey PRIMARY KEY (id),
  UNIQUE INDEX vendor_serial_model_unique (vendor, serial, model) WHERE time_deleted IS NULL AND disk_state != 'decommissioned',
  UNIQUE INDEX lookup_physical_disk_by_variant (variant, id) WHERE time_deleted IS NULL,
  UNIQUE INDEX lookup_physical_disk_by_sled (sled_id, id)
);

CREATE TABLE crucible_dataset (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  time_created TIMESTAMPTZ NOT NULL,
  time_modified TIMESTAMPTZ NOT NULL,
  time_deleted TIMESTAMPTZ,
  rcgen INT8 NOT NULL,
  pool_id UUID NOT NULL,
  ip INET NOT NULL,
  port INT4 NOT NULL,
  size_used INT8 NOT NULL,
  CONSTRAINT crucible_dataset_pkey PRIMARY KEY (id),
  CONSTRAINT crucible_dataset_check CHECK (port BETWEEN 0 AND 65535),
  INDEX lookup_crucible_dataset_by_size_used (size_used) WHERE time_deleted IS NULL,
  INDEX lookup_crucible_dataset_by_zpool (pool_id, id) WHERE time_deleted IS NULL,
  INDEX lookup_crucible_dataset_by_ip (ip)
);

CREATE TABLE region_snapshot (
  dataset_id UUID NOT NULL,
  region_id UUID NOT NULL,
  snapshot_id UUID NOT NULL,
  snapshot_addr STRING NOT NULL,
  volume_references INT8 NOT NULL,
  deleting BOOL NOT NULL,
  CONSTRAINT region_snapshot_pkey PRIMARY KEY (dataset_id, region_id, snapshot_id),
  INDEX lookup_region_by_dataset (dataset_id, region_id),
  INDEX lookup_region_snapshot_by_region_id (region_id),
  INDEX lookup_region_snapshot_by_deleting (deleting),
  INDEX lookup_region_snapshot_by_snapshot_addr (snapshot_addr)
);

COMMENT ON TABLE physical_disk IS 'A disk in the rack.';
