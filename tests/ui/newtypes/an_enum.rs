use crdb_orm::prelude::*;

#[derive(CrdbType)]
enum N { A }

fn main() {}
