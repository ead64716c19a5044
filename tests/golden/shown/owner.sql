CREATE TABLE public.owner (
	id UUID NOT NULL DEFAULT gen_random_uuid(),
	email STRING NOT NULL,
	region STRING NULL,
	CONSTRAINT "primary" PRIMARY KEY (id ASC),
	UNIQUE INDEX owner_email_key (email ASC),
	FAMILY "primary" (id, email, region)
)
