CREATE TABLE public.child (
	id UUID NOT NULL DEFAULT gen_random_uuid(),
	pid INT8 NOT NULL,
	CONSTRAINT "primary" PRIMARY KEY (id ASC),
	FAMILY "primary" (id, pid)
)
