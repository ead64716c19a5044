-- note: on CockroachDB with one region, the zone configuration of the database stays: My shop

DROP TABLE IF EXISTS plain;
