use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(allow(identity, reason = "few rows"))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(identity)]
    a: String,
    #[crdb(identity)]
    b: Option<i64>,
    #[crdb(collate = "de")]
    c: i32,
    #[crdb(on_update = 1)]
    d: String,
}

fn main() {}
