CREATE TABLE sessions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  expires_at TIMESTAMPTZ,
  CONSTRAINT sessions_pkey PRIMARY KEY (id)
) WITH (ttl_expire_after = '90 days', ttl_job_cron = '30 3 * * *', ttl_select_batch_size = 1000, ttl_delete_batch_size = 200, ttl_select_rate_limit = 0, ttl_delete_rate_limit = 50, ttl_row_stats_poll_interval = '1m', ttl_pause = true, ttl_label_metrics = true, ttl_disable_changefeed_replication = true);
