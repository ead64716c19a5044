-- note: on CockroachDB, comments on types are left out, since they need 24.2 or later: path

CREATE TYPE public.path AS ENUM ('steep', 'flat');

CREATE TYPE public.text AS ENUM ('long');

CREATE TYPE public.money AS (amount INT8, currency STRING);

CREATE TABLE hikes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  path public.path NOT NULL DEFAULT 'flat'::public.path,
  texts public.text[] NOT NULL,
  fee public.money,
  CONSTRAINT hikes_pkey PRIMARY KEY (id)
);
