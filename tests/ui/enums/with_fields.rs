use crdb_orm::prelude::*;

#[derive(CrdbEnum)]
enum E { A(i32), B { x: i32 }, C }

fn main() {}
