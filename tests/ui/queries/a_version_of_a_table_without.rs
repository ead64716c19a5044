use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Plain {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

#[derive(CrdbTable)]
struct Counted {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    #[crdb(version)]
    version: i64,
}

fn main() {
    let _ = Plain::update(Uuid::nil()).version(1_i64).set(Plain::NAME, "a");
    let _ = Counted::update(Uuid::nil()).version(1_i32).set(Counted::NAME, "a");
}
