CREATE TABLE namespace_config (
  namespace TEXT NOT NULL,
  serialized_config BYTEA NOT NULL,
  "timestamp" TIMESTAMP NOT NULL DEFAULT now(),
  CONSTRAINT namespace_config_pkey PRIMARY KEY (namespace)
);

CREATE TABLE relation_tuple (
  namespace TEXT NOT NULL,
  object_id TEXT NOT NULL,
  relation TEXT NOT NULL,
  userset_namespace TEXT NOT NULL,
  userset_object_id TEXT NOT NULL,
  userset_relation TEXT NOT NULL,
  "timestamp" TIMESTAMP NOT NULL DEFAULT now(),
  caveat_name TEXT,
  caveat_context JSONB,
  CONSTRAINT relation_tuple_pkey PRIMARY KEY (namespace, object_id, relation, userset_namespace, userset_object_id, userset_relation)
);

CREATE INDEX ix_relation_tuple_by_subject ON relation_tuple (userset_object_id, userset_namespace, userset_relation, namespace, relation);

CREATE INDEX ix_relation_tuple_by_subject_relation ON relation_tuple (userset_namespace, userset_relation, namespace, relation);
