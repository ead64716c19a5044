CREATE TABLE documents (
  id UUID NOT NULL,
  CONSTRAINT documents_pkey PRIMARY KEY (id)
);

CREATE TABLE uploads (
  id UUID NOT NULL,
  CONSTRAINT uploads_pkey PRIMARY KEY (id)
);
