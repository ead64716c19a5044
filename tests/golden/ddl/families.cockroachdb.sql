CREATE TABLE people (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  email STRING NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT people_pkey PRIMARY KEY (id),
  FAMILY f1 (id, email),
  FAMILY "Family ""2""" (created_at)
);
