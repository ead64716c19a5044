CREATE TABLE public.g (
	id UUID NOT NULL DEFAULT gen_random_uuid(),
	name STRING NOT NULL,
	CONSTRAINT "primary" PRIMARY KEY (id ASC),
	UNIQUE INDEX g_name_key (name ASC),
	FAMILY fam_0_name_id (name, id)
) LOCALITY GLOBAL
