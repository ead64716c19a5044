CREATE TABLE zoned (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  city STRING NOT NULL,
  name STRING NOT NULL,
  CONSTRAINT zoned_pkey PRIMARY KEY (id),
  CONSTRAINT zoned_name_key UNIQUE (name),
  INDEX zoned_city_idx (city) PARTITION BY LIST (city) (PARTITION east VALUES IN ('ny'), PARTITION rest VALUES IN (DEFAULT)),
  INDEX zoned_expr_idx ((lower(city))),
  CONSTRAINT zoned_city_name_key UNIQUE (city, name)
);

ALTER TABLE zoned CONFIGURE ZONE USING gc.ttlseconds = 60, num_replicas = COPY FROM PARENT, constraints = COPY FROM PARENT;

ALTER INDEX zoned@zoned_city_idx CONFIGURE ZONE USING gc.ttlseconds = 60;

ALTER INDEX zoned@zoned_expr_idx CONFIGURE ZONE USING gc.ttlseconds = 60;

ALTER INDEX zoned@zoned_city_name_key CONFIGURE ZONE USING gc.ttlseconds = 60;

ALTER INDEX zoned@zoned_name_key CONFIGURE ZONE USING gc.ttlseconds = 60;

ALTER INDEX zoned@zoned_pkey CONFIGURE ZONE USING gc.ttlseconds = 60;

ALTER PARTITION east OF INDEX zoned@zoned_city_idx CONFIGURE ZONE USING gc.ttlseconds = 60;
