CREATE TABLE namespace_config (
  namespace STRING NOT NULL,
  serialized_config BYTES NOT NULL,
  "timestamp" TIMESTAMP NOT NULL DEFAULT now(),
  CONSTRAINT namespace_config_pkey PRIMARY KEY (namespace)
);

CREATE TABLE relation_tuple (
  namespace STRING NOT NULL,
  object_id STRING NOT NULL,
  relation STRING NOT NULL,
  userset_namespace STRING NOT NULL,
  userset_object_id STRING NOT NULL,
  userset_relation STRING NOT NULL,
  "timestamp" TIMESTAMP NOT NULL DEFAULT now(),
  caveat_name STRING,
  caveat_context JSONB,
  CONSTRAINT relation_tuple_pkey PRIMARY KEY (namespace, object_id, relation, userset_namespace, userset_object_id, userset_relation),
  INDEX ix_relation_tuple_by_subject (userset_object_id, userset_namespace, userset_relation, namespace, relation),
  INDEX ix_relation_tuple_by_subject_relation (userset_namespace, userset_relation, namespace, relation)
);
