use crdb_orm::prelude::*;

#[derive(CrdbEnum)]
enum E<T> { A, B(T) }

fn main() {}
