use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(primary_key(a, b))]
#[crdb(index(on(a, b)), index(on(c desc), storing(d)), index(by_c, on(c desc)))]
struct Twice {
    a: i64,
    b: i64,
    c: i64,
    d: i64,
}

fn main() {}
