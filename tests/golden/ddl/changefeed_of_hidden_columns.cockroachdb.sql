ALTER DATABASE app SET PRIMARY REGION "us-east1";

ALTER DATABASE app ADD REGION "us-west1";

CREATE TABLE t (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT t_pkey PRIMARY KEY (id)
) WITH (ttl_expire_after = '1 day') LOCALITY REGIONAL BY ROW;

CREATE CHANGEFEED INTO 'kafka://broker:9092' AS SELECT cdc_prev, crdb_region FROM t WHERE event_op() = 'delete' AND (cdc_prev).crdb_internal_expiration < statement_timestamp();
