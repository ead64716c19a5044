-- note: on PostgreSQL, the cache of a sequence's numbers is left out: by_node
-- note: on PostgreSQL, the numbers of virtual sequences follow each other: by_time
-- note: on PostgreSQL, what is for another kind of server is left out: view here

CREATE SCHEMA sales;

CREATE SEQUENCE numbers;

CREATE SEQUENCE sales."Invoice numbers" INCREMENT -1 MINVALUE -100 MAXVALUE -1 START -1 CACHE 10;

CREATE SEQUENCE by_node;

CREATE SEQUENCE by_time;

CREATE SEQUENCE small AS INT2;

CREATE SEQUENCE middle AS INT4 MAXVALUE 2147483647 START 10;

CREATE SEQUENCE large AS INT8;

CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey PRIMARY KEY (id)
);

CREATE TABLE invoices (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  number INT8 NOT NULL DEFAULT nextval('numbers'),
  CONSTRAINT invoices_pkey PRIMARY KEY (id)
);

CREATE VIEW recent AS SELECT id, email FROM users WHERE created_at > now() - '1 day'::INTERVAL;

CREATE VIEW "Recent; ""ones""" (who) AS SELECT email AS "as" FROM recent -- in order
;

create materialized view counts as SELECT count(*) AS n FROM users;
