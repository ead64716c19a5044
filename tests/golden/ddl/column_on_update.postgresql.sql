-- note: on PostgreSQL, ON UPDATE expressions are left out, so an update changes only what it sets: updated.changed_at, updated.state, updated.note, updated.count, updated.after, updated.seen_at

CREATE TYPE state AS ENUM ('fresh', 'stale');

CREATE TABLE updated (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  changed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  state state,
  note TEXT NOT NULL DEFAULT 'it''s new',
  count INT8 NOT NULL DEFAULT 0,
  after UUID,
  seen_at TIMESTAMPTZ,
  CONSTRAINT updated_pkey PRIMARY KEY (id),
  CONSTRAINT updated_after_fkey FOREIGN KEY (after) REFERENCES updated (id) ON DELETE CASCADE ON UPDATE RESTRICT,
  CONSTRAINT updated_check CHECK (seen_at > '2000-01-01')
);
