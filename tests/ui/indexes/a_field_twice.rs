use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(index(on(a, a)))]
#[crdb(unique())]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
