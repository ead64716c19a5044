CREATE TABLE lengths (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  text STRING(8) NOT NULL,
  words VARCHAR(8) NOT NULL DEFAULT 'new',
  letters CHAR(8) COLLATE de,
  list VARCHAR(100)[] NOT NULL,
  flags BIT(4) NOT NULL,
  CONSTRAINT lengths_pkey PRIMARY KEY (id)
);

CREATE TABLE codes (
  country CHAR(2) NOT NULL,
  name VARCHAR(100) NOT NULL,
  kind VARCHAR(20) DEFAULT 'none',
  short CHAR(3) NOT NULL,
  words VARCHAR(10)[] NOT NULL,
  plain STRING(10) NOT NULL,
  CONSTRAINT codes_pkey PRIMARY KEY (country),
  CONSTRAINT codes_name_key UNIQUE (name),
  CONSTRAINT codes_check CHECK (length(short) > 0)
);
