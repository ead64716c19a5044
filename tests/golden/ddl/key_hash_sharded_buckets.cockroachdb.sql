CREATE TABLE events (
  number INT8 NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (number) USING HASH WITH (bucket_count = 8)
);
