use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "others")]
struct Other {
    #[crdb(primary_key)]
    id: Uuid,
}

async fn insert(db: &Database, others: Vec<Other>, things: Vec<Thing>) {
    let _ = Thing::insert_many(&others).exec(db).await;
    let _ = Thing::insert_many(&things).exec(db).await;
}

fn main() {}
