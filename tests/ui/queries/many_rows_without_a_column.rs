use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    size: i32,
}

async fn insert(db: &Database) {
    let new = (0..3).map(|size| Thing::insert().size(size));
    let _ = Thing::insert_many(new).exec(db).await;
    let complete = (0..3).map(|size| Thing::insert().size(size).name("x"));
    let _ = Thing::insert_many(complete).exec(db).await;
}

fn main() {}
