use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(table = "a")]
#[crdb(table = "b")]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(column = "a", column = "b")]
    name: String,
    #[crdb(unique)]
    #[crdb(unique)]
    email: String,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
