CREATE TABLE times (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  lasts INTERVAL NOT NULL DEFAULT '1 day',
  about INTERVAL(3),
  opens TIMETZ NOT NULL,
  seen_at TIMESTAMPTZ(0) NOT NULL,
  starts TIME(6) NOT NULL,
  flags VARBIT NOT NULL,
  byte BIT(8) NOT NULL DEFAULT '00000000',
  few VARBIT(64)[] NOT NULL,
  spans INTERVAL[] NOT NULL,
  shifts TIMETZ[],
  CONSTRAINT times_pkey PRIMARY KEY (id)
);
