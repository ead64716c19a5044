-- note: on CockroachDB, the zone configuration of the database stays: My shop

DROP TABLE IF EXISTS plain;
