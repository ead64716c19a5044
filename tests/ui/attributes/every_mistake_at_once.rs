use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(tabel = "t")]
#[crdb(index(on(nam)))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(uniqe)]
    name: String,
    #[crdb(decimal(2, 10))]
    price: Decimal,
    #[crdb(skip, unique)]
    cache: u8,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
