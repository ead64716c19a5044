CREATE TABLE bookings (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  flight STRING NOT NULL,
  seat INT4 NOT NULL,
  code STRING NOT NULL,
  CONSTRAINT bookings_pkey PRIMARY KEY (id)
);

SET experimental_enable_unique_without_index_constraints = on;
ALTER TABLE bookings ADD CONSTRAINT bookings_code_key UNIQUE WITHOUT INDEX (code);
RESET experimental_enable_unique_without_index_constraints;

SET experimental_enable_unique_without_index_constraints = on;
ALTER TABLE bookings ADD CONSTRAINT seats UNIQUE WITHOUT INDEX (flight, seat);
RESET experimental_enable_unique_without_index_constraints;
