use crdb_orm::prelude::*;

#[derive(CrdbEnum)]
enum E {}

fn main() {}
