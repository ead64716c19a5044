CREATE TABLE boxes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  around BOX2D NOT NULL,
  others BOX2D[],
  CONSTRAINT boxes_pkey PRIMARY KEY (id)
);
