use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Parent {
    #[crdb(primary_key)]
    id: i64,
}

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Parent, on_update = set_default, index)]
    parent: i64,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
