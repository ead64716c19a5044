-- note: on PostgreSQL, storage parameters are left out: sessions (fillfactor, sql_stats_forecasts_enabled, sql_stats_automatic_collection_fraction_stale_rows, exclude_data_from_backup)

CREATE TABLE sessions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  expires_at TIMESTAMPTZ,
  CONSTRAINT sessions_pkey PRIMARY KEY (id)
);
