use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(primary_key(a, b))]
struct Parent {
    a: i64,
    b: i64,
}

#[derive(CrdbTable)]
struct Other {
    #[crdb(primary_key)]
    id: i64,
}

#[derive(CrdbTable, Clone)]
#[crdb(foreign_key(parent, other, references = Other), index(on(parent, other)), belongs_to(above = parent))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Parent, index)]
    parent: i64,
    other: i64,
}

fn main() {}
