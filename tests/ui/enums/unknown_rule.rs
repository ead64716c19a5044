use crdb_orm::prelude::*;

#[derive(CrdbEnum)]
#[crdb(rename_all = "Snake_Case")]
enum E { A }

fn main() {}
