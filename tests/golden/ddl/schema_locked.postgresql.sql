-- note: on PostgreSQL, storage parameters are left out: a (schema_locked), b (schema_locked)

CREATE TABLE a (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  b UUID,
  CONSTRAINT a_pkey PRIMARY KEY (id)
);

CREATE TABLE b (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  a UUID,
  CONSTRAINT b_pkey PRIMARY KEY (id),
  CONSTRAINT b_a_fkey FOREIGN KEY (a) REFERENCES a (id)
);

ALTER TABLE a ADD CONSTRAINT a_b_fkey FOREIGN KEY (b) REFERENCES b (id);

COMMENT ON TABLE a IS 'one of two';
