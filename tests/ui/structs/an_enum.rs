use crdb_orm::prelude::*;

#[derive(CrdbTable)]
enum T { A }

fn main() {
    let _ = T::insert();
}
