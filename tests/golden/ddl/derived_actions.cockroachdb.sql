CREATE TABLE parent (
  id INT4 NOT NULL,
  parent INT4,
  CONSTRAINT parent_pkey PRIMARY KEY (id),
  CONSTRAINT parent_parent_fkey FOREIGN KEY (parent) REFERENCES parent (id)
);

CREATE TABLE actions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  cascade INT4 NOT NULL,
  set_null INT4,
  set_default INT4 NOT NULL DEFAULT 0,
  restrict INT4 NOT NULL,
  CONSTRAINT actions_pkey PRIMARY KEY (id),
  CONSTRAINT actions_cascade_fkey FOREIGN KEY (cascade) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT actions_set_null_fkey FOREIGN KEY (set_null) REFERENCES parent (id) ON DELETE SET NULL,
  CONSTRAINT actions_set_default_fkey FOREIGN KEY (set_default) REFERENCES parent (id) ON DELETE SET DEFAULT,
  CONSTRAINT actions_restrict_fkey FOREIGN KEY (restrict) REFERENCES parent (id) ON UPDATE RESTRICT
);
