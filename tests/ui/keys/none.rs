use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
struct T {
    id: i64,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
