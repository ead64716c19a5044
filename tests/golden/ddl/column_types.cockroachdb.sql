CREATE TYPE color AS ENUM ('red', 'green', 'blue');

CREATE TABLE things (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  a_bool BOOL NOT NULL,
  an_int2 INT2 NOT NULL,
  an_int4 INT4 NOT NULL,
  an_int8 INT8 NOT NULL,
  a_float4 FLOAT4 NOT NULL,
  a_float8 FLOAT8 NOT NULL,
  a_decimal DECIMAL NOT NULL,
  a_string STRING NOT NULL,
  some_bytes BYTES NOT NULL,
  a_uuid UUID NOT NULL,
  some_json JSONB NOT NULL,
  an_inet INET NOT NULL,
  a_date DATE NOT NULL,
  a_time TIME NOT NULL,
  a_timestamp TIMESTAMP NOT NULL,
  a_timestamptz TIMESTAMPTZ NOT NULL,
  a_color color NOT NULL,
  CONSTRAINT things_pkey PRIMARY KEY (id)
);
