CREATE TABLE public.parent (
	id INT8 NOT NULL,
	name STRING(5) NOT NULL,
	n INT8 NULL DEFAULT 3:::INT8,
	price DECIMAL(5,2) NULL,
	feeling public.mood NULL,
	j JSONB NULL,
	tags STRING[] NULL,
	at TIMESTAMPTZ NULL,
	i2 INT2 NULL,
	CONSTRAINT "primary" PRIMARY KEY (id ASC),
	UNIQUE INDEX parent_name_key (name ASC),
	FAMILY "primary" (id, name, n, price, feeling, j, tags, at, i2),
	CONSTRAINT n_pos CHECK (n > 0:::INT8)
)
