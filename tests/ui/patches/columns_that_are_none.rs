use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    size: i32,
    note: Option<String>,
}

#[derive(CrdbPatch)]
#[crdb(table = Thing)]
struct Wrong {
    nam: Option<String>,
    size: Option<String>,
    name: Option<Option<String>>,
}

#[derive(CrdbPatch)]
#[crdb(table = Thing)]
struct Right {
    name: Option<String>,
    size: i32,
    note: Option<Option<String>>,
}

#[derive(CrdbPatch)]
#[crdb(table = Thing)]
struct AlsoRight {
    note: Option<String>,
    #[crdb(skip)]
    what: std::time::Duration,
}

fn main() {}
