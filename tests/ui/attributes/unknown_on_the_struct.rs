use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(tabel = "t")]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
