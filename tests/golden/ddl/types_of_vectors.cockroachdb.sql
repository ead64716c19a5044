CREATE TABLE pictures (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  owner UUID NOT NULL,
  embedding VECTOR(1536) NOT NULL,
  meaning VECTOR(3) DEFAULT '[1,2,3]',
  "any" VECTOR NOT NULL,
  CONSTRAINT pictures_pkey PRIMARY KEY (id),
  VECTOR INDEX pictures_embedding_idx (embedding vector_cosine_ops),
  VECTOR INDEX pictures_owner_meaning_idx (owner, meaning) WITH (build_beam_size = 16)
);
