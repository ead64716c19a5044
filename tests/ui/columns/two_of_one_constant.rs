use crdb_orm::prelude::*;

#[allow(non_snake_case)]
#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    #[crdb(column = "upper")]
    NAME: String,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
