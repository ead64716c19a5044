use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "things")]
struct Thing {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

#[derive(CrdbPatch, Clone)]
#[crdb(table = Thing)]
struct ThingPatch {
    name: Option<String>,
}

async fn update(db: &Database, ids: Vec<Uuid>, patch: ThingPatch) {
    let _ = Thing::update_many(ids.iter().map(|id| (*id, &patch))).exec(db).await;
    let _ = Thing::update_many(ids).exec(db).await;
    // It counts no versions.
    let _ = Thing::update_many([(Uuid::nil(), 1_i64, patch)]).exec(db).await;
}

fn main() {}
