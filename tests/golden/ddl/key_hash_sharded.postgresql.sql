-- note: hash sharding is left out on PostgreSQL: events.events_pkey

CREATE TABLE events (
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  sensor UUID NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (created_at, sensor)
);
