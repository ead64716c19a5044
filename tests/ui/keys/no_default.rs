use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct NotTheKey {
    #[crdb(primary_key, default = none, default = 1)]
    id: Uuid,
    #[crdb(default = none)]
    other: Uuid,
}

#[derive(CrdbTable)]
#[crdb(primary_key(a, b))]
struct PartOfTheKey {
    #[crdb(default = none)]
    a: Uuid,
    b: Uuid,
}

#[derive(CrdbTable)]
struct Number {
    #[crdb(primary_key, default = none)]
    id: i64,
}

#[derive(CrdbTable)]
struct Document {
    #[crdb(primary_key, default = none)]
    id: Uuid,
    name: String,
}

fn main() {
    // Nobody makes the key.
    let _ = Document::insert().name("a").build();
}
