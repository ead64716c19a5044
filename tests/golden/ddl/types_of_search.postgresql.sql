CREATE TABLE articles (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  body TEXT NOT NULL,
  words TSVECTOR NOT NULL GENERATED ALWAYS AS (to_tsvector('english', body)) STORED,
  subscription TSQUERY,
  CONSTRAINT articles_pkey PRIMARY KEY (id)
);

CREATE INDEX articles_words_idx ON articles USING gin (words);
