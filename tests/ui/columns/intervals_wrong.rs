use crdb_orm::prelude::*;
use crdb_orm::types::Interval;

#[derive(CrdbTable)]
struct Forms {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(interval(week))]
    unknown: Interval,
    #[crdb(interval(year, 3))]
    no_seconds: Interval,
    #[crdb(interval(second, 7))]
    fine: Interval,
    #[crdb(interval)]
    nothing: Interval,
    #[crdb(interval(day), precision(3))]
    both: Interval,
}

#[derive(CrdbTable)]
struct Types {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(interval(day))]
    text: String,
}

fn main() {}
