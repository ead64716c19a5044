// What tests/ui/indexes refuses, written right.
use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(index(on(a nulls first)), index(on(a desc nulls last, name)))]
#[crdb(index(on(name gin_trgm_ops), inverted), index(on(a, data), inverted, filter = "a > 0"))]
#[crdb(index(on("lower(name)"), unique, visibility = 0.5), index(on(data), not_visible))]
#[crdb(unique(named, on(a, name)))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
    name: String,
    data: serde_json::Value,
}

fn main() {
    assert_eq!(T::TABLE.indexes.len(), 7);
}
