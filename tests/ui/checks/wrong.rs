use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(check(a, "a > 0"))]
#[crdb(check(a, "a > 1"))]
#[crdb(check())]
#[crdb(check(a))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(check = "")]
    a: i32,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
