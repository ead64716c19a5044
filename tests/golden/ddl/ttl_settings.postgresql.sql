-- note: on PostgreSQL, row-level TTL is left out, so nothing deletes expired rows: sessions

CREATE TABLE sessions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  expires_at TIMESTAMPTZ,
  CONSTRAINT sessions_pkey PRIMARY KEY (id)
);
