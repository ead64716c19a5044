-- note: on PostgreSQL, hash sharding is left out: events.events_pkey

CREATE TABLE events (
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  sensor UUID NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (created_at, sensor)
);
