use crdb_orm::prelude::*;

#[derive(CrdbType)]
struct N(i32, i32);

fn main() {}
