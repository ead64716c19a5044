CREATE TABLE public.r (
	id UUID NOT NULL DEFAULT gen_random_uuid(),
	email STRING NOT NULL,
	at TIMESTAMPTZ NOT NULL DEFAULT now():::TIMESTAMPTZ,
	crdb_region public.crdb_internal_region NOT VISIBLE NOT NULL DEFAULT default_to_database_primary_region(gateway_region())::public.crdb_internal_region,
	CONSTRAINT "primary" PRIMARY KEY (id ASC),
	UNIQUE INDEX r_email_key (email ASC),
	INDEX r_at (at DESC) STORING (email),
	FAMILY fam_0_email_crdb_region (email, crdb_region),
	FAMILY fam_1_id_at (id, at)
) LOCALITY REGIONAL BY ROW
