-- note: on PostgreSQL, hash sharding is left out: sharded.sharded_pkey, events.events_pkey, shipments.shipments_pkey, sharded.sharded_created_at_a "b"_idx, events.events_at_tenant_idx

CREATE TABLE sharded (
  "a ""b""" INT8 NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT sharded_pkey PRIMARY KEY ("a ""b""", created_at)
);

CREATE TABLE events (
  tenant INT8 NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (tenant, at, id)
);

CREATE TABLE shipments (
  "order" INT8 NOT NULL,
  number INT8 NOT NULL,
  CONSTRAINT shipments_pkey PRIMARY KEY ("order", number)
);

CREATE INDEX "sharded_created_at_a ""b""_idx" ON sharded (created_at DESC, "a ""b""");

CREATE INDEX events_at_tenant_idx ON events (at, tenant);
