use crdb_orm::prelude::*;

#[derive(CrdbTable, Clone)]
#[crdb(changefeed(updated))]
#[crdb(changefeed(into = "kafka://b", updatd))]
#[crdb(changefeed(into = "kafka://b", updated, updated))]
#[crdb(changefeed(into = "kafka://b", resolved = "soon"))]
#[crdb(changefeed(into = "kafka://b", envelope = box))]
#[crdb(changefeed(into = ""))]
#[crdb(changefeed(into = "kafka://b", sinkless))]
#[crdb(changefeed(into = "kafka://b", filter = "a > 1"))]
#[crdb(changefeed(into = "kafka://b", unordered, key_column = "a"))]
#[crdb(changefeed(into = "kafka://b", unordered, key_column = b))]
#[crdb(changefeed(into = "kafka://b", kafka_sink_config))]
#[crdb(changefeed(into = "kafka://b", diff = true, cursor))]
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
