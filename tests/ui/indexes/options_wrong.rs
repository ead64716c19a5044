use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(allow(redundant_index, reason = "the mistakes are shown"))]
#[crdb(index(on(a nulls last)))]
#[crdb(index(on(a desc nulls first)))]
#[crdb(index(on(a desc nulls)))]
#[crdb(index(on(a asc desc)))]
#[crdb(index(on(name gin_trgm_ops)))]
#[crdb(index(on(data vector_l2_ops), inverted))]
#[crdb(index(on(data desc), inverted, unique, hash_sharded, storing(a)))]
#[crdb(index(on(a), inverted, vector))]
#[crdb(index(on(""), unique))]
#[crdb(index(on(a), visibility = 2), index(on(a), visibility), index(on(a), not_visible = 0.5))]
#[crdb(index(on(a), storage(bucket_count = 8)))]
#[crdb(index(on(name gin_trgm_ops, data), inverted))]
#[crdb(unique(a, filter = "a > 0"), unique(x, y, on(a)))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
    name: String,
    data: serde_json::Value,
}

fn main() {}
