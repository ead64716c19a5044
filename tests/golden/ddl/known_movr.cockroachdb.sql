CREATE TABLE users (
  id UUID NOT NULL,
  city STRING NOT NULL,
  name STRING,
  address STRING,
  credit_card STRING,
  CONSTRAINT users_pkey PRIMARY KEY (city, id)
);

CREATE TABLE vehicles (
  id UUID NOT NULL,
  city STRING NOT NULL,
  type STRING,
  owner_id UUID,
  creation_time TIMESTAMP,
  status STRING,
  current_location STRING,
  ext JSONB,
  CONSTRAINT vehicles_pkey PRIMARY KEY (city, id),
  CONSTRAINT vehicles_city_owner_id_fkey FOREIGN KEY (city, owner_id) REFERENCES users (city, id),
  INDEX vehicles_auto_index_fk_city_ref_users (city, owner_id)
);

CREATE TABLE rides (
  id UUID NOT NULL,
  city STRING NOT NULL,
  vehicle_city STRING,
  rider_id UUID,
  vehicle_id UUID,
  start_address STRING,
  end_address STRING,
  start_time TIMESTAMP,
  end_time TIMESTAMP,
  revenue DECIMAL(10,2),
  CONSTRAINT rides_pkey PRIMARY KEY (city, id),
  CONSTRAINT rides_city_rider_id_fkey FOREIGN KEY (city, rider_id) REFERENCES users (city, id),
  CONSTRAINT rides_vehicle_city_vehicle_id_fkey FOREIGN KEY (vehicle_city, vehicle_id) REFERENCES vehicles (city, id),
  CONSTRAINT check_vehicle_city_city CHECK (vehicle_city = city),
  INDEX rides_auto_index_fk_city_ref_users (city, rider_id),
  INDEX rides_auto_index_fk_vehicle_city_ref_vehicles (vehicle_city, vehicle_id)
);

CREATE TABLE vehicle_location_histories (
  city STRING NOT NULL,
  ride_id UUID NOT NULL,
  "timestamp" TIMESTAMP NOT NULL,
  lat FLOAT8,
  long FLOAT8,
  CONSTRAINT vehicle_location_histories_pkey PRIMARY KEY (city, ride_id, "timestamp"),
  CONSTRAINT vehicle_location_histories_city_ride_id_fkey FOREIGN KEY (city, ride_id) REFERENCES rides (city, id)
);

CREATE TABLE promo_codes (
  code STRING NOT NULL,
  description STRING,
  creation_time TIMESTAMP,
  expiration_time TIMESTAMP,
  rules JSONB,
  CONSTRAINT promo_codes_pkey PRIMARY KEY (code)
);

CREATE TABLE user_promo_codes (
  city STRING NOT NULL,
  user_id UUID NOT NULL,
  code STRING NOT NULL,
  "timestamp" TIMESTAMP,
  usage_count INT8,
  CONSTRAINT user_promo_codes_pkey PRIMARY KEY (city, user_id, code),
  CONSTRAINT user_promo_codes_city_user_id_fkey FOREIGN KEY (city, user_id) REFERENCES users (city, id)
);
