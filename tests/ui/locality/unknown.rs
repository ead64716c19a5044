use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(locality = regional)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    region: Region,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
