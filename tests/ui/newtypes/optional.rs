use crdb_orm::prelude::*;

#[derive(CrdbType)]
struct N(Option<i32>);

fn main() {}
