-- note: on CockroachDB with one region, the regions and the survival goal of the database are left out: us-east1, us-west1
-- note: on CockroachDB with one region, localities are left out: t (REGIONAL BY ROW)

CREATE TABLE t (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT t_pkey PRIMARY KEY (id)
) WITH (ttl_expire_after = '1 day');

CREATE CHANGEFEED INTO 'kafka://broker:9092' AS SELECT cdc_prev, crdb_region FROM t WHERE event_op() = 'delete' AND (cdc_prev).crdb_internal_expiration < statement_timestamp();
