CREATE TABLE nodes (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  parent UUID,
  CONSTRAINT nodes_pkey PRIMARY KEY (id),
  CONSTRAINT nodes_parent_fkey FOREIGN KEY (parent) REFERENCES nodes (id) ON DELETE CASCADE
);
