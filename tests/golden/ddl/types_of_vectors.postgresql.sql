-- note: on PostgreSQL, vector indexes are left out: pictures.pictures_embedding_idx, pictures.pictures_owner_meaning_idx
-- note: on PostgreSQL, what is built into CockroachDB is an extension, which must be installed: vector (pictures.embedding), vector (pictures.meaning), vector (pictures.any)

CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE pictures (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  owner UUID NOT NULL,
  embedding VECTOR(1536) NOT NULL,
  meaning VECTOR(3) DEFAULT '[1,2,3]',
  "any" VECTOR NOT NULL,
  CONSTRAINT pictures_pkey PRIMARY KEY (id)
);
