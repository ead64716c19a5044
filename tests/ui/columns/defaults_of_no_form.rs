use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = 1 + 1)]
    a: i32,
    #[crdb(default = Now())]
    b: DateTime<Utc>,
    #[crdb(default = sql(now))]
    c: DateTime<Utc>,
    #[crdb(default = concat(x))]
    d: String,
    #[crdb(default = sql(""))]
    e: String,
}

fn main() {
    let _ = T::insert();
    let _ = T::find(Uuid::nil());
    let _ = T::query().to_sql();
    let _ = T::ID;
}
