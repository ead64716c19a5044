-- note: hash sharding is left out on PostgreSQL: events.events_pkey

CREATE TABLE events (
  number INT8 NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (number)
);
