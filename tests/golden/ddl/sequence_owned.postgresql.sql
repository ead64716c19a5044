-- note: on PostgreSQL, sequences are not owned by columns of another SQL schema, and stay without them: sales.Invoice numbers (invoices.number)

CREATE SCHEMA sales;

CREATE SEQUENCE pages;

CREATE SEQUENCE sales."Invoice numbers" START 1000;

CREATE TABLE invoices (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  number INT8 NOT NULL DEFAULT nextval('sales."Invoice numbers"'),
  CONSTRAINT invoices_pkey PRIMARY KEY (id)
);

ALTER SEQUENCE pages OWNED BY invoices.number;
