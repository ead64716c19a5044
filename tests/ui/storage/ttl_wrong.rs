use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(ttl)]
struct A {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(ttl(pause))]
struct B {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(ttl(expire_after = "never", delete_batch_size = 0, job_cron = "daily", job_corn = "@daily"))]
struct C {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(ttl(expire_after = "1 day", expiration = "expires_at"))]
struct D {
    #[crdb(primary_key)]
    id: Uuid,
    expires_at: DateTime<Utc>,
}

#[derive(CrdbTable)]
#[crdb(ttl(expiration = "expire_at"))]
struct E {
    #[crdb(primary_key)]
    id: Uuid,
    expires_at: DateTime<Utc>,
}

#[derive(CrdbTable)]
#[crdb(ttl(expiration = "expires_at"))]
struct F {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(column = "expires")]
    expires_at: DateTime<Utc>,
}

fn main() {}
