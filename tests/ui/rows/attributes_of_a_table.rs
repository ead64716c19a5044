use crdb_orm::prelude::*;

#[derive(CrdbRow)]
#[crdb(table = "x")]
struct R {
    #[crdb(unique)]
    a: i32,
    #[crdb(column = "b")]
    c: i32,
    b: i32,
}

fn main() {}
