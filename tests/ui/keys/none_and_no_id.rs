use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
struct T {
    name: String,
}

fn main() {
    let _ = T::insert().name("x");
}
