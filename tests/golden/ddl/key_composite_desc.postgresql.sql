-- note: on PostgreSQL, primary keys are ascending in all columns: readings

CREATE TABLE readings (
  sensor UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  value FLOAT8 NOT NULL,
  CONSTRAINT readings_pkey PRIMARY KEY (sensor, created_at)
);
