CREATE TABLE parents (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT parents_pkey PRIMARY KEY (id)
);

CREATE TABLE children (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  parent UUID,
  CONSTRAINT children_pkey PRIMARY KEY (id),
  CONSTRAINT children_parent_fkey FOREIGN KEY (parent) REFERENCES parents (id),
  CONSTRAINT children_parent_fkey1 FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE
);
