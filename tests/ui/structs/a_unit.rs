use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct T;

fn main() {
    let _ = T::insert();
}
