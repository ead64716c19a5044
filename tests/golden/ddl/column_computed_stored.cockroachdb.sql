CREATE TABLE lines (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  quantity INT8 NOT NULL,
  price INT8 NOT NULL,
  total INT8 NOT NULL AS (quantity * price) STORED,
  half INT8 AS (price - 1) STORED,
  CONSTRAINT lines_pkey PRIMARY KEY (id)
);
