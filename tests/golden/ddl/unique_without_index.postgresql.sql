-- note: on PostgreSQL, unique constraints without an index have one: bookings.bookings_code_key, bookings.seats

CREATE TABLE bookings (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  flight TEXT NOT NULL,
  seat INT4 NOT NULL,
  code TEXT NOT NULL,
  CONSTRAINT bookings_pkey PRIMARY KEY (id),
  CONSTRAINT bookings_code_key UNIQUE (code),
  CONSTRAINT seats UNIQUE (flight, seat)
);
