use crdb_orm::prelude::*;

#[derive(CrdbTable)]
union T { a: i32, b: i32 }

fn main() {
    let _ = T::insert();
}
