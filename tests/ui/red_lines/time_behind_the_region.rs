use crdb_orm::prelude::*;

// The server puts the region before every index: who writes it there has not spread the rows of one region.
#[derive(CrdbTable)]
#[crdb(locality = regional_by_row(region))]
#[crdb(index(on(region, sent_at)), index(on(region, other_at), allow(timestamp_led, reason = "ten rows a day")))]
struct Message {
    #[crdb(primary_key)]
    id: Uuid,
    region: Region,
    sent_at: DateTime<Utc>,
    other_at: DateTime<Utc>,
    #[crdb(unique)]
    at: DateTime<Utc>,
}

fn main() {}
