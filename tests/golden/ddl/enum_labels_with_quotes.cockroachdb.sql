CREATE TYPE "Odd type" AS ENUM ('it''s', e'back\\slash', 'größer', 'two words');

CREATE TABLE things (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  odd "Odd type" NOT NULL DEFAULT 'it''s'::"Odd type",
  CONSTRAINT things_pkey PRIMARY KEY (id)
);
