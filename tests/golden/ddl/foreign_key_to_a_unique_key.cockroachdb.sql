CREATE TABLE clubs (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  city STRING NOT NULL,
  name STRING NOT NULL,
  email STRING NOT NULL,
  CONSTRAINT clubs_pkey PRIMARY KEY (id),
  CONSTRAINT clubs_email_key UNIQUE (email),
  CONSTRAINT clubs_city_name_key UNIQUE (city, name)
);

CREATE TABLE members (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  city STRING,
  club STRING,
  address STRING NOT NULL,
  CONSTRAINT members_pkey PRIMARY KEY (id),
  CONSTRAINT of_an_address FOREIGN KEY (address) REFERENCES clubs (email) ON UPDATE CASCADE,
  CONSTRAINT "of a club" FOREIGN KEY (city, club) REFERENCES clubs (city, name) MATCH FULL ON DELETE SET NULL,
  INDEX members_address_idx (address),
  INDEX members_city_club_idx (city, club)
);
