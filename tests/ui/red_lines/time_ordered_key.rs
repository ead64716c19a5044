use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Event {
    #[crdb(primary_key, default = gen_random_ulid())]
    id: Uuid,
    #[crdb(unique, default = sql("uuid_generate_v1()"))]
    other: Uuid,
}

fn main() {}
