use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = "now()")]
    at: DateTime<Utc>,
    #[crdb(default = "gen_random_uuid()")]
    other: Uuid,
    #[crdb(default = "2026-01-31")]
    day: NaiveDate,
}

fn main() {}
