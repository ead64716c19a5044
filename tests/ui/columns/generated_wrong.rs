use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Other {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(allow(everything, reason = "no"))]
struct T {
    #[crdb(primary_key, identity)]
    id: i64,
    #[crdb(identity(sometimes))]
    a: i64,
    #[crdb(identity, default = 1, allow(identity))]
    b: i64,
    #[crdb(computed = "1", on_update = now())]
    c: i64,
    #[crdb(references = Other, on_update = cascade, index)]
    #[crdb(on_update = sql("gen_random_uuid()"))]
    d: Uuid,
    #[crdb(collate = "")]
    e: String,
    #[crdb(not_visible = true)]
    f: String,
}

#[derive(CrdbTable)]
#[crdb(primary_key(name, id), allow(identity, reason = "few rows"))]
struct Key {
    #[crdb(collate = "de")]
    name: String,
    #[crdb(identity(always))]
    id: i64,
}

fn main() {}
