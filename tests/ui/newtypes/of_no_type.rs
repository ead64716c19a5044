use crdb_orm::prelude::*;

#[derive(CrdbType)]
struct N(u128);

fn main() {}
