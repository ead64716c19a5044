CREATE TYPE public.path AS ENUM ('steep', 'flat');

CREATE TYPE public.text AS ENUM ('long');

CREATE TYPE public.money AS (amount INT8, currency TEXT);

CREATE TABLE hikes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  path public.path NOT NULL DEFAULT 'flat'::public.path,
  texts public.text[] NOT NULL,
  fee public.money,
  CONSTRAINT hikes_pkey PRIMARY KEY (id)
);

COMMENT ON TYPE public.path IS 'Not a geometric one.';
