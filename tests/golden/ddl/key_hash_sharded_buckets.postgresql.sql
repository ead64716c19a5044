-- note: on PostgreSQL, hash sharding is left out: events.events_pkey

CREATE TABLE events (
  number INT8 NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (number)
);
