DROP TABLE IF EXISTS accounts;

DROP TABLE IF EXISTS orders;

DROP TABLE IF EXISTS customers;

DROP TYPE IF EXISTS order_status;

DROP TYPE IF EXISTS crdb_internal_region;
