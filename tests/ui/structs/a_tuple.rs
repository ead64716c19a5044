use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct T(i32);

fn main() {
    let _ = T::insert();
}
