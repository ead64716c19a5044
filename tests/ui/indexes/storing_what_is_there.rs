use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(allow(redundant_index, reason = "the mistakes are shown"))]
#[crdb(index(on(a), storing(id)))]
#[crdb(index(on(a), storing(a)))]
#[crdb(index(on(a), storing(b, b)))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
    b: i32,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
