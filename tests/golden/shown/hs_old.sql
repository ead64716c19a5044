CREATE TABLE public.hs_old (
	crdb_internal_id_shard_8 INT4 NOT VISIBLE NOT NULL AS (mod(fnv32(COALESCE(CAST(id AS STRING), '':::STRING)), 8:::INT8)) STORED,
	id INT8 NOT NULL,
	v STRING NULL,
	crdb_internal_v_shard_4 INT4 NOT VISIBLE NOT NULL AS (mod(fnv32(COALESCE(v, '':::STRING)), 4:::INT8)) STORED,
	CONSTRAINT "primary" PRIMARY KEY (id ASC) USING HASH WITH BUCKET_COUNT = 8,
	INDEX hs_v_idx (v ASC) USING HASH WITH BUCKET_COUNT = 4,
	FAMILY "primary" (crdb_internal_id_shard_8, id, v, crdb_internal_v_shard_4)
)
