use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(index(on(seen_at desc, device)))]
#[crdb(primary_key(at, device))]
struct Reading {
    at: DateTime<Utc>,
    device: Uuid,
    seen_at: Option<DateTime<Utc>>,
}

fn main() {}
