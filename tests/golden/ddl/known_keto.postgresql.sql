CREATE TABLE networks (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  CONSTRAINT networks_pkey PRIMARY KEY (id)
);

CREATE TABLE keto_relation_tuples_uuid (
  shard_id UUID NOT NULL,
  nid UUID NOT NULL,
  namespace VARCHAR(200) NOT NULL,
  object UUID NOT NULL,
  relation VARCHAR(64) NOT NULL,
  subject_id UUID,
  subject_set_namespace VARCHAR(200),
  subject_set_object UUID,
  subject_set_relation VARCHAR(64),
  commit_time TIMESTAMP NOT NULL,
  CONSTRAINT keto_relation_tuples_uuid_pkey PRIMARY KEY (shard_id, nid),
  CONSTRAINT keto_relation_tuples_uuid_nid_fkey FOREIGN KEY (nid) REFERENCES networks (id),
  CONSTRAINT chk_keto_rt_uuid_subject_type CHECK ((subject_id IS NULL AND subject_set_namespace IS NOT NULL AND subject_set_object IS NOT NULL AND subject_set_relation IS NOT NULL) OR (subject_id IS NOT NULL AND subject_set_namespace IS NULL AND subject_set_object IS NULL AND subject_set_relation IS NULL))
);

CREATE INDEX keto_relation_tuples_uuid_subject_ids_idx ON keto_relation_tuples_uuid (nid, namespace, object, relation, subject_id NULLS FIRST) WHERE subject_set_namespace IS NULL AND subject_set_object IS NULL AND subject_set_relation IS NULL;

CREATE INDEX keto_relation_tuples_uuid_subject_sets_idx ON keto_relation_tuples_uuid (nid, namespace, object, relation, subject_set_namespace NULLS FIRST, subject_set_object NULLS FIRST, subject_set_relation NULLS FIRST) WHERE subject_id IS NULL;

CREATE INDEX keto_relation_tuples_uuid_full_idx ON keto_relation_tuples_uuid (nid, namespace, object, relation, subject_id NULLS FIRST, subject_set_namespace NULLS FIRST, subject_set_object NULLS FIRST, subject_set_relation NULLS FIRST, commit_time);
