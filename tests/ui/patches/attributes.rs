use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

#[derive(CrdbPatch)]
struct NoTable {
    name: Option<String>,
}

#[derive(CrdbPatch)]
#[crdb(table = "things")]
struct TableAsText {
    name: Option<String>,
}

#[derive(CrdbPatch)]
#[crdb(tabel = Thing)]
struct Misspelled {
    #[crdb(skp)]
    name: Option<String>,
}

#[derive(CrdbPatch)]
#[crdb(table = Thing)]
struct Tuple(Option<String>);

#[derive(CrdbPatch)]
#[crdb(table = Thing)]
struct Generic<T> {
    name: Option<T>,
}

fn main() {}
