CREATE TABLE users (
  id UUID NOT NULL,
  city TEXT NOT NULL,
  name TEXT,
  address TEXT,
  credit_card TEXT,
  CONSTRAINT users_pkey PRIMARY KEY (city, id)
);

CREATE TABLE vehicles (
  id UUID NOT NULL,
  city TEXT NOT NULL,
  type TEXT,
  owner_id UUID,
  creation_time TIMESTAMP,
  status TEXT,
  current_location TEXT,
  ext JSONB,
  CONSTRAINT vehicles_pkey PRIMARY KEY (city, id),
  CONSTRAINT vehicles_city_owner_id_fkey FOREIGN KEY (city, owner_id) REFERENCES users (city, id)
);

CREATE TABLE rides (
  id UUID NOT NULL,
  city TEXT NOT NULL,
  vehicle_city TEXT,
  rider_id UUID,
  vehicle_id UUID,
  start_address TEXT,
  end_address TEXT,
  start_time TIMESTAMP,
  end_time TIMESTAMP,
  revenue DECIMAL(10,2),
  CONSTRAINT rides_pkey PRIMARY KEY (city, id),
  CONSTRAINT rides_city_rider_id_fkey FOREIGN KEY (city, rider_id) REFERENCES users (city, id),
  CONSTRAINT rides_vehicle_city_vehicle_id_fkey FOREIGN KEY (vehicle_city, vehicle_id) REFERENCES vehicles (city, id),
  CONSTRAINT check_vehicle_city_city CHECK (vehicle_city = city)
);

CREATE TABLE vehicle_location_histories (
  city TEXT NOT NULL,
  ride_id UUID NOT NULL,
  "timestamp" TIMESTAMP NOT NULL,
  lat FLOAT8,
  long FLOAT8,
  CONSTRAINT vehicle_location_histories_pkey PRIMARY KEY (city, ride_id, "timestamp"),
  CONSTRAINT vehicle_location_histories_city_ride_id_fkey FOREIGN KEY (city, ride_id) REFERENCES rides (city, id)
);

CREATE TABLE promo_codes (
  code TEXT NOT NULL,
  description TEXT,
  creation_time TIMESTAMP,
  expiration_time TIMESTAMP,
  rules JSONB,
  CONSTRAINT promo_codes_pkey PRIMARY KEY (code)
);

CREATE TABLE user_promo_codes (
  city TEXT NOT NULL,
  user_id UUID NOT NULL,
  code TEXT NOT NULL,
  "timestamp" TIMESTAMP,
  usage_count INT8,
  CONSTRAINT user_promo_codes_pkey PRIMARY KEY (city, user_id, code),
  CONSTRAINT user_promo_codes_city_user_id_fkey FOREIGN KEY (city, user_id) REFERENCES users (city, id)
);

CREATE INDEX vehicles_auto_index_fk_city_ref_users ON vehicles (city, owner_id NULLS FIRST);

CREATE INDEX rides_auto_index_fk_city_ref_users ON rides (city, rider_id NULLS FIRST);

CREATE INDEX rides_auto_index_fk_vehicle_city_ref_vehicles ON rides (vehicle_city NULLS FIRST, vehicle_id NULLS FIRST);
