use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(primary_key(a, b, hash_sharded(on(b)), storage(bucket_count = 8, shard_columns = "a", one = 1, one = 2)))]
#[crdb(index(on(b, a), hash_sharded(on(b, c), buckets = 1)), index(on("lower(d)", a), hash_sharded(on(a))))]
#[crdb(index(on(d), hash_sharded(on(), many)), index(on(c), storage(shard_columns = "c")))]
struct Things {
    a: i64,
    b: i64,
    c: i64,
    d: String,
}

#[derive(CrdbTable)]
struct Field {
    #[crdb(primary_key(hash_sharded(on(id, no)), storage(Wrong = 1)))]
    id: i64,
}

fn main() {}
