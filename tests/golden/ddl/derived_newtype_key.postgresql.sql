CREATE TABLE newtype_key (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT newtype_key_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE newtype_key IS 'A key that is a newtype of a UUID has the default of a UUID, too.';
