use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(index(on(usr_id)))]
#[crdb(index(on(user)))]
#[crdb(index(on(cache)))]
#[crdb(unique(id, what))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(column = "user")]
    user_id: Uuid,
    #[crdb(skip)]
    cache: u8,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
