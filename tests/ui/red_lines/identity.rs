use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Ticket {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(identity)]
    number: i64,
}

fn main() {}
