use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct Number {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(updated_at)]
    changed: i64,
}

#[derive(CrdbTable)]
struct Day {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(updated_at)]
    changed: Option<NaiveDate>,
}

#[derive(CrdbTable)]
struct Two {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(updated_at)]
    a: DateTime<Utc>,
    #[crdb(updated_at)]
    b: DateTime<Utc>,
}

#[derive(CrdbTable)]
struct TwoThingsAtOnce {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(updated_at, version)]
    version: i64,
    #[crdb(updated_at, computed = "now()")]
    computed: DateTime<Utc>,
}

#[derive(CrdbTable)]
struct Otherwise {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(updated_at, default = "2001-02-03")]
    changed: DateTime<Utc>,
}

#[derive(CrdbTable)]
struct OtherwiseOnUpdate {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(updated_at, on_update = clock_timestamp())]
    changed: DateTime<Utc>,
}

#[derive(CrdbTable)]
#[crdb(primary_key(id, changed))]
struct InTheKey {
    id: Uuid,
    #[crdb(updated_at = true)]
    form: DateTime<Utc>,
    #[crdb(updated_at)]
    changed: DateTime<Utc>,
}

fn main() {}
