use crdb_orm::prelude::*;

// No server takes these, so no `allow` helps. What stands in quotes and what is not called is no function.
#[derive(CrdbTable)]
#[crdb(index(on(note), filter = "at > NOW () AND note != 'random()'"))]
#[crdb(index(on(note), filter = "random > 1 AND note != 'now()'"))]
#[crdb(index(on(note), filter = "day = current_date"))]
#[crdb(index(on("age(now(), at)")))]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
    note: String,
    random: i64,
    at: DateTime<Utc>,
    day: NaiveDate,
    #[crdb(computed = "gateway_region()")]
    region: String,
}

fn main() {}
