CREATE TABLE documents (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  owner INT8 NOT NULL,
  title STRING NOT NULL,
  tags STRING[] NOT NULL,
  data JSONB NOT NULL,
  CONSTRAINT documents_pkey PRIMARY KEY (id),
  INVERTED INDEX documents_data_idx (data),
  INVERTED INDEX by_tags (tags array_ops) WHERE owner > 0,
  INVERTED INDEX documents_owner_data_idx (owner, data jsonb_ops),
  INVERTED INDEX documents_title_idx (title gin_trgm_ops),
  INVERTED INDEX documents_expr_idx ((data->'a'))
);
