CREATE TABLE collated (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name STRING COLLATE de NOT NULL,
  title STRING(80) COLLATE "en-US-u-ks-level2",
  words STRING COLLATE sv NOT NULL DEFAULT ('ö' COLLATE sv),
  CONSTRAINT collated_pkey PRIMARY KEY (id),
  INDEX collated_name_idx (name)
);
