use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key(hash_sharded = 1))]
    id: Uuid,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
