CREATE TABLE sessions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  expires_at TIMESTAMPTZ,
  CONSTRAINT sessions_pkey PRIMARY KEY (id)
) WITH (exclude_data_from_backup = true, fillfactor = 70, sql_stats_forecasts_enabled = false, sql_stats_automatic_collection_fraction_stale_rows = '0.2');
