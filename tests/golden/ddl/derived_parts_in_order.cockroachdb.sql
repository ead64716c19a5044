CREATE TABLE parts_in_order (
  b INT4 NOT NULL,
  a STRING NOT NULL,
  CONSTRAINT parts_in_order_pkey PRIMARY KEY (b, a) USING HASH
);
