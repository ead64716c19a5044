// What tests/ui/storage refuses, written right.
use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(ttl(expiration = "expires", job_cron = "@daily", delete_batch_size = 10))]
#[crdb(family(f, on(id, a)), family("the rest", on(expires_at)), storage(fillfactor = 70, a = "1.5"))]
#[crdb(schema_locked = false, exclude_data_from_backup)]
struct Column {
    #[crdb(primary_key)]
    id: Uuid,
    a: i32,
    #[crdb(column = "expires")]
    expires_at: Option<DateTime<Utc>>,
    #[crdb(computed("a + 1", virtual))]
    c: i32,
}

#[derive(CrdbTable)]
#[crdb(ttl(expiration = "expires_at AT TIME ZONE 'UTC'"), schema_locked)]
struct Expression {
    #[crdb(primary_key)]
    id: Uuid,
    expires_at: NaiveDateTime,
}

#[derive(CrdbTable)]
#[crdb(ttl(expire_after = "90 days", select_rate_limit = 0))]
struct Interval {
    #[crdb(primary_key)]
    id: Uuid,
}

fn main() {
    assert!(Column::TABLE.ttl.is_some() && Expression::TABLE.ttl.is_some() && Interval::TABLE.ttl.is_some());
}
