-- note: on PostgreSQL, row-level TTL is left out, so nothing deletes expired rows: web_sessions, events
-- note: on PostgreSQL, column families are left out: web_sessions
-- note: on PostgreSQL, storage parameters are left out: web_sessions (sql_stats_automatic_collection_enabled, sql_stats_automatic_collection_min_stale_rows, exclude_data_from_backup, schema_locked), events (schema_locked)

CREATE TABLE web_sessions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  expires TIMESTAMPTZ NOT NULL DEFAULT now() + INTERVAL '1 day',
  agent TEXT,
  CONSTRAINT web_sessions_pkey PRIMARY KEY (id)
);

CREATE TABLE events (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT events_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE web_sessions IS 'A session of a user.';
