use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(storage(fillfactor = 70, fillfactor = 80, ttl_pause = true, schema_locked = true, a = 1.5, b))]
#[crdb(schema_locked = 1, exclude_data_from_backup = true)]
struct T {
    #[crdb(primary_key)]
    id: Uuid,
}

fn main() {}
