use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(column)]
    a: String,
    #[crdb(unique = true)]
    b: String,
    #[crdb(decimal = 3)]
    c: Decimal,
    #[crdb(string = 3)]
    d: String,
    #[crdb(column = name)]
    e: String,
    #[crdb]
    f: String,
    #[crdb = "x"]
    g: String,
    #[crdb(default)]
    h: i32,
    #[crdb(column "x")]
    i: i32,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
