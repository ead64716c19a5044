use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(family(f, on(id)), family(g, on(a)))]
#[crdb(changefeed(into = "kafka://b"))]
#[crdb(changefeed(into = "kafka://b", split_column_families, select = "*"))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
