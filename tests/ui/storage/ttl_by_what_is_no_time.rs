use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(ttl(expiration = "expires_at"))]
struct A {
    #[crdb(primary_key)]
    id: Uuid,
    expires_at: i64,
}

#[derive(CrdbTable)]
#[crdb(ttl(expiration = "expires_at"))]
struct B {
    #[crdb(primary_key)]
    id: Uuid,
    expires_at: NaiveDateTime,
}

fn main() {}
