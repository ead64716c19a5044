CREATE TABLE parents (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT parents_pkey PRIMARY KEY (id)
);

CREATE TABLE children (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  nothing_id UUID,
  restrict_id UUID,
  cascade_id UUID,
  null_id UUID,
  default_id UUID DEFAULT '00000000-0000-0000-0000-000000000000',
  CONSTRAINT children_pkey PRIMARY KEY (id),
  CONSTRAINT children_nothing_id_fkey FOREIGN KEY (nothing_id) REFERENCES parents (id),
  CONSTRAINT children_restrict_id_fkey FOREIGN KEY (restrict_id) REFERENCES parents (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT children_cascade_id_fkey FOREIGN KEY (cascade_id) REFERENCES parents (id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT children_null_id_fkey FOREIGN KEY (null_id) REFERENCES parents (id) ON DELETE SET NULL ON UPDATE SET NULL,
  CONSTRAINT children_default_id_fkey FOREIGN KEY (default_id) REFERENCES parents (id) ON DELETE SET DEFAULT ON UPDATE SET DEFAULT
);
