CREATE TABLE clubs (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  city TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  CONSTRAINT clubs_pkey PRIMARY KEY (id),
  CONSTRAINT clubs_email_key UNIQUE (email),
  CONSTRAINT clubs_city_name_key UNIQUE (city, name)
);

CREATE TABLE members (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  city TEXT,
  club TEXT,
  address TEXT NOT NULL,
  CONSTRAINT members_pkey PRIMARY KEY (id),
  CONSTRAINT of_an_address FOREIGN KEY (address) REFERENCES clubs (email) ON UPDATE CASCADE,
  CONSTRAINT "of a club" FOREIGN KEY (city, club) REFERENCES clubs (city, name) MATCH FULL ON DELETE SET NULL
);

CREATE INDEX members_address_idx ON members (address);

CREATE INDEX members_city_club_idx ON members (city NULLS FIRST, club NULLS FIRST);
