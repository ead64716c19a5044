use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(primary_key(id, a, b, c, d, e, f))]
struct T {
    id: Uuid,
    a: i16,
    b: i16,
    c: i16,
    d: i16,
    e: i16,
    f: i16,
}

fn main() {}
