use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(primary_key())]
struct T {
    id: Uuid,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
