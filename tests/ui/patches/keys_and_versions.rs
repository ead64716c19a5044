use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    #[crdb(version)]
    version: i64,
}

#[derive(CrdbPatch)]
#[crdb(table = Thing)]
struct ByAClient {
    id: Option<Uuid>,
    name: Option<String>,
    version: Option<i64>,
}

fn main() {}
