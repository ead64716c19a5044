CREATE TYPE color AS ENUM ('red', 'green', 'blue');

CREATE TABLE palettes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  colors color[] NOT NULL,
  extra color[] NOT NULL DEFAULT '{red}'::color[],
  CONSTRAINT palettes_pkey PRIMARY KEY (id)
);

CREATE TABLE pens (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  color color NOT NULL,
  CONSTRAINT pens_pkey PRIMARY KEY (id)
);
