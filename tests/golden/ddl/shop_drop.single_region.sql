-- note: on CockroachDB with one region, changefeeds are jobs without a name: they fail when their table goes, or end by CANCEL JOB: orders

DROP TABLE IF EXISTS accounts;

DROP TABLE IF EXISTS orders;

DROP TABLE IF EXISTS customers;

DROP TYPE IF EXISTS order_status;

DROP TYPE IF EXISTS crdb_internal_region;
