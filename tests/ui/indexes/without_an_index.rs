use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Parent {
    #[crdb(primary_key)]
    id: i64,
}

#[derive(CrdbTable)]
#[crdb(unique(a, b, without_index), unique(c, on(a, c), storing(b), without_index))]
#[crdb(zone(index = t_a_b_key, gc_ttl_seconds = 60))]
#[crdb(table = "t")]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    a: i64,
    b: i64,
    #[crdb(unique(without))]
    c: i64,
    #[crdb(unique, unique(without_index))]
    d: i64,
    // Nothing serves it.
    #[crdb(references = Parent, unique(without_index))]
    e: i64,
}

fn main() {}
