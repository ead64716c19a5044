use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    #[crdb(updated_at)]
    updated_at: DateTime<Utc>,
}

#[derive(CrdbPatch)]
#[crdb(table = Thing)]
struct ThingPatch {
    name: Option<String>,
    updated_at: Option<DateTime<Utc>>,
}

fn main() {}
