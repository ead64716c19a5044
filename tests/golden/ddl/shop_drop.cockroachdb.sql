-- note: on CockroachDB, the regions of the database stay: us-east1, us-west1, europe-west1
-- note: on CockroachDB, changefeeds are jobs without a name: they fail when their table goes, or end by CANCEL JOB: orders

DROP TABLE IF EXISTS accounts;

DROP TABLE IF EXISTS orders;

DROP TABLE IF EXISTS customers;

DROP TYPE IF EXISTS order_status;
