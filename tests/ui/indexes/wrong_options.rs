use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(allow(redundant_index, reason = "the mistakes are shown"))]
#[crdb(index(on(a), fliter = "x"))]
#[crdb(index(first, second, on(a)))]
#[crdb(index(a))]
#[crdb(index(on()))]
#[crdb(index(on(a up)))]
#[crdb(index(on(a), filter = ""))]
#[crdb(index(on(a), hash_sharded = 1))]
#[crdb(index(on(a), hash_sharded = many))]
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
