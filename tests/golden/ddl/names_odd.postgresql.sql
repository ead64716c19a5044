CREATE TABLE "Größe ""XL""; --" (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  "CamelCase" INT8 NOT NULL,
  "two words" INT8 NOT NULL,
  "1st" INT8 NOT NULL,
  "dollar$" INT8 NOT NULL,
  "it's" INT8 NOT NULL,
  "数" INT8 NOT NULL,
  CONSTRAINT "Größe ""XL""; --_pkey" PRIMARY KEY (id),
  CONSTRAINT "Größe ""XL""; --_CamelCase_key" UNIQUE ("CamelCase")
);

CREATE INDEX "Größe ""XL""; --_two words_数_idx" ON "Größe ""XL""; --" ("two words", "数" DESC);

COMMENT ON COLUMN "Größe ""XL""; --"."数" IS 'A number.';
