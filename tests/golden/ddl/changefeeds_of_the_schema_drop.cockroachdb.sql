-- note: on CockroachDB, changefeeds are jobs without a name: they fail when their table goes, or end by CANCEL JOB: plain and wide, wide
-- note: on CockroachDB, schedules without a name stay until DROP SCHEDULE: plain

DROP SCHEDULES WITH x AS (SHOW SCHEDULES) SELECT id FROM x WHERE label = 'it''s "nightly"';

DROP TABLE IF EXISTS wide;

DROP TABLE IF EXISTS plain;
