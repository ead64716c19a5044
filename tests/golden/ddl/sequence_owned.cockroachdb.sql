CREATE SCHEMA sales;

CREATE SEQUENCE pages;

CREATE SEQUENCE sales."Invoice numbers" START 1000;

CREATE TABLE invoices (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  number INT8 NOT NULL DEFAULT nextval('sales."Invoice numbers"'),
  CONSTRAINT invoices_pkey PRIMARY KEY (id)
);

ALTER SEQUENCE pages OWNED BY invoices.number;

ALTER SEQUENCE sales."Invoice numbers" OWNED BY invoices.number;
