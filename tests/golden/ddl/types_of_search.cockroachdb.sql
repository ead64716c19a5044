CREATE TABLE articles (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  body STRING NOT NULL,
  words TSVECTOR NOT NULL AS (to_tsvector('english', body)) STORED,
  subscription TSQUERY,
  CONSTRAINT articles_pkey PRIMARY KEY (id),
  INVERTED INDEX articles_words_idx (words)
);
