-- note: on PostgreSQL, collations are those of the library ICU, which the server must be built with: collated.name (de), collated.title (en-US-u-ks-level2), collated.words (sv)

CREATE COLLATION IF NOT EXISTS de (provider = icu, locale = 'de', deterministic = false);

CREATE COLLATION IF NOT EXISTS "en-US-u-ks-level2" (provider = icu, locale = 'en-US-u-ks-level2', deterministic = false);

CREATE COLLATION IF NOT EXISTS sv (provider = icu, locale = 'sv', deterministic = false);

CREATE TABLE collated (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name TEXT COLLATE de NOT NULL,
  title VARCHAR(80) COLLATE "en-US-u-ks-level2",
  words TEXT COLLATE sv NOT NULL DEFAULT 'ö',
  CONSTRAINT collated_pkey PRIMARY KEY (id)
);

CREATE INDEX collated_name_idx ON collated (name);
