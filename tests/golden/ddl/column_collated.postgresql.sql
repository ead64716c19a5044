-- note: on PostgreSQL, collations are left out, since theirs have other names: collated.name (de), collated.title (en-US-u-ks-level2), collated.words (sv)

CREATE TABLE collated (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  title VARCHAR(80),
  words TEXT NOT NULL DEFAULT 'ö',
  CONSTRAINT collated_pkey PRIMARY KEY (id)
);

CREATE INDEX collated_name_idx ON collated (name);
