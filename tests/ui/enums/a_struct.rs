use crdb_orm::prelude::*;

#[derive(CrdbEnum)]
struct E;

fn main() {}
