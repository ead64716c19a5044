-- note: on PostgreSQL, inverted indexes have their last column only: documents.documents_owner_data_idx
-- note: on PostgreSQL, what is built into CockroachDB is an extension, which must be installed: pg_trgm (an index of documents)

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE documents (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  owner INT8 NOT NULL,
  title TEXT NOT NULL,
  tags TEXT[] NOT NULL,
  data JSONB NOT NULL,
  CONSTRAINT documents_pkey PRIMARY KEY (id)
);

CREATE INDEX documents_data_idx ON documents USING gin (data);

CREATE INDEX by_tags ON documents USING gin (tags array_ops) WHERE owner > 0;

CREATE INDEX documents_owner_data_idx ON documents USING gin (data jsonb_ops);

CREATE INDEX documents_title_idx ON documents USING gin (title gin_trgm_ops);

CREATE INDEX documents_expr_idx ON documents USING gin ((data->'a'));
