CREATE TABLE relations (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name NAME NOT NULL,
  kind "char" NOT NULL,
  oid OID NOT NULL,
  oids OID[] NOT NULL,
  CONSTRAINT relations_pkey PRIMARY KEY (id)
);
