CREATE TABLE public.k2 (
	a INT8 NOT NULL,
	b STRING NOT NULL,
	v INT8 NULL,
	CONSTRAINT "primary" PRIMARY KEY (a ASC, b ASC),
	FAMILY "primary" (a, b, v)
)
