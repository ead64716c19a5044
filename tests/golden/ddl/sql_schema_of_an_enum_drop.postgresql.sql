DROP TABLE IF EXISTS "help desk".tickets;

DROP TYPE IF EXISTS types."State";

DROP SCHEMA IF EXISTS types;

DROP SCHEMA IF EXISTS "help desk";
