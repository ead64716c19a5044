-- note: on PostgreSQL, hash sharding is left out: parts_in_order.parts_in_order_pkey

CREATE TABLE parts_in_order (
  b INT4 NOT NULL,
  a TEXT NOT NULL,
  CONSTRAINT parts_in_order_pkey PRIMARY KEY (b, a)
);
