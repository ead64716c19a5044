use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct MayBeNull {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(version)]
    version: Option<i64>,
}

#[derive(CrdbTable)]
struct Text {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(version)]
    version: String,
}

#[derive(CrdbTable)]
struct Two {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(version)]
    a: i64,
    #[crdb(version)]
    b: i64,
}

#[derive(CrdbTable)]
struct Computed {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(version, computed = "1")]
    version: i64,
}

#[derive(CrdbTable)]
struct InTheKey {
    #[crdb(primary_key, version)]
    version: i64,
}

fn main() {}
