CREATE TABLE public.q (
	id UUID NOT NULL DEFAULT gen_random_uuid(),
	CONSTRAINT "primary" PRIMARY KEY (id ASC),
	FAMILY "primary" (id)
) LOCALITY REGIONAL BY TABLE IN "ca-central-1"
