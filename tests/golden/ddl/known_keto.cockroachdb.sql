CREATE TABLE networks (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  CONSTRAINT networks_pkey PRIMARY KEY (id)
);

CREATE TABLE keto_relation_tuples_uuid (
  shard_id UUID NOT NULL,
  nid UUID NOT NULL,
  namespace STRING(200) NOT NULL,
  object UUID NOT NULL,
  relation STRING(64) NOT NULL,
  subject_id UUID,
  subject_set_namespace STRING(200),
  subject_set_object UUID,
  subject_set_relation STRING(64),
  commit_time TIMESTAMP NOT NULL,
  CONSTRAINT keto_relation_tuples_uuid_pkey PRIMARY KEY (shard_id, nid),
  CONSTRAINT keto_relation_tuples_uuid_nid_fkey FOREIGN KEY (nid) REFERENCES networks (id),
  CONSTRAINT chk_keto_rt_uuid_subject_type CHECK ((subject_id IS NULL AND subject_set_namespace IS NOT NULL AND subject_set_object IS NOT NULL AND subject_set_relation IS NOT NULL) OR (subject_id IS NOT NULL AND subject_set_namespace IS NULL AND subject_set_object IS NULL AND subject_set_relation IS NULL)),
  INDEX keto_relation_tuples_uuid_subject_ids_idx (nid, namespace, object, relation, subject_id) WHERE subject_set_namespace IS NULL AND subject_set_object IS NULL AND subject_set_relation IS NULL,
  INDEX keto_relation_tuples_uuid_subject_sets_idx (nid, namespace, object, relation, subject_set_namespace, subject_set_object, subject_set_relation) WHERE subject_id IS NULL,
  INDEX keto_relation_tuples_uuid_full_idx (nid, namespace, object, relation, subject_id, subject_set_namespace, subject_set_object, subject_set_relation, commit_time)
);
