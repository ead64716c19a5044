CREATE TABLE web_sessions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  expires TIMESTAMPTZ NOT NULL DEFAULT now() + INTERVAL '1 day',
  agent STRING,
  CONSTRAINT web_sessions_pkey PRIMARY KEY (id),
  FAMILY hot (id, expires),
  FAMILY "cold data" (agent)
) WITH (ttl_expiration_expression = 'expires', ttl_job_cron = '*/10 * * * *', ttl_delete_batch_size = 200, ttl_pause = true, ttl_label_metrics = true, exclude_data_from_backup = true, sql_stats_automatic_collection_enabled = false, sql_stats_automatic_collection_min_stale_rows = 1000);

CREATE TABLE events (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT events_pkey PRIMARY KEY (id)
) WITH (ttl_expire_after = '90 days', ttl_row_stats_poll_interval = '1m', schema_locked = false);

COMMENT ON TABLE web_sessions IS 'A session of a user.';

ALTER TABLE web_sessions SET (schema_locked = true);
