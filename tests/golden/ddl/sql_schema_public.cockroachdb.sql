CREATE TABLE public.things (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT things_pkey PRIMARY KEY (id)
);
