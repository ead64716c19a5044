use crdb_orm::prelude::*;

// What one field or index allows is not allowed for the others.
#[derive(CrdbTable)]
#[crdb(index(on(sent_at), allow(timestamp_led, reason = "ten rows a day")))]
#[crdb(index(on(read_at)))]
struct Message {
    #[crdb(primary_key)]
    id: Uuid,
    sent_at: DateTime<Utc>,
    read_at: DateTime<Utc>,
    #[crdb(index, default = unique_rowid(), allow(sequential_key, reason = "ten rows a day"))]
    number: i64,
    #[crdb(unique)]
    at: DateTime<Utc>,
}

fn main() {}
