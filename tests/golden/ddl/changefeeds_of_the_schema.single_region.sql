-- note: on CockroachDB with one region, changefeeds without a sink are left out, since each streams to the session that starts it: plain and wide

CREATE TABLE plain (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  note STRING,
  CONSTRAINT plain_pkey PRIMARY KEY (id)
);

CREATE TABLE wide (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  count INT8 NOT NULL,
  note STRING,
  CONSTRAINT wide_pkey PRIMARY KEY (id),
  FAMILY "Hot ""one""" (id, count),
  FAMILY cold (note)
);

CREATE CHANGEFEED FOR TABLE plain, TABLE wide INTO 'kafka://broker:9092?tls_enabled=true&sasl_enabled=true&sasl_mechanism=SCRAM-SHA-512&sasl_user=app&sasl_password=hush' WITH updated, resolved = '10s', split_column_families;

CREATE CHANGEFEED FOR TABLE wide FAMILY "Hot ""one""" INTO 'kafka://broker:9092';

CREATE SCHEDULE 'it''s "nightly"' FOR CHANGEFEED TABLE plain INTO 's3://exports/plain?AUTH=implicit' RECURRING '30 3 * * *' WITH SCHEDULE OPTIONS first_run = 'now', on_execution_failure = 'retry', on_previous_running = 'skip';

CREATE SCHEDULE FOR CHANGEFEED INTO 's3://exports/notes?AUTH=implicit' AS SELECT id, note FROM plain WHERE note IS NOT NULL RECURRING '@weekly';
