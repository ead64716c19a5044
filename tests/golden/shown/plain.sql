CREATE TABLE public.plain (
	id UUID NOT NULL DEFAULT gen_random_uuid(),
	st STRING NOT NULL DEFAULT 'new':::STRING,
	crdb_region public.crdb_internal_region NOT VISIBLE NOT NULL DEFAULT default_to_database_primary_region(gateway_region())::public.crdb_internal_region,
	CONSTRAINT "primary" PRIMARY KEY (id ASC),
	FAMILY fam_0_st_id (st, id, crdb_region)
) LOCALITY REGIONAL BY TABLE IN "ap-southeast-2"
