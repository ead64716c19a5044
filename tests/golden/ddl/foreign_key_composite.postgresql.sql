CREATE TABLE documents (
  tenant UUID NOT NULL,
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT documents_pkey PRIMARY KEY (tenant, id)
);

CREATE TABLE lines (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant UUID NOT NULL,
  document UUID NOT NULL,
  CONSTRAINT lines_pkey PRIMARY KEY (id),
  CONSTRAINT lines_tenant_document_fkey FOREIGN KEY (tenant, document) REFERENCES documents (tenant, id) ON DELETE CASCADE
);
