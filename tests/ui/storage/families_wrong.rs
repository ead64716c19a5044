use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(family(id), family(f, on(a, b)), family(f, on(b)), family(g, on(c)), family(h, on(nothing)))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
    b: i32,
    #[crdb(computed("a + b", virtual))]
    c: i32,
}

fn main() {}
