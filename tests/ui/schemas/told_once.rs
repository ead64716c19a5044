// What is wrong in a struct is told there, and not once more where a schema has its table.
use crdb_orm::prelude::*;
use crdb_orm::schema::{CheckDef, TableDef};

#[derive(CrdbTable)]
#[crdb(table = "pieces", check = "a; b", index(on("lower(a"), filter = "a = 'x"))]
#[crdb(changefeed(into = "kafka://broker:9092", resolved = "10s", format = csv, diff))]
struct Piece {
    #[crdb(primary_key)]
    id: Uuid,
    a: String,
    #[crdb(default = sql("1, 2"))]
    b: i64,
}

#[derive(CrdbTable)]
#[crdb(table = "times", index(on(at)))]
struct Time {
    #[crdb(primary_key)]
    id: f64,
    at: DateTime<Utc>,
}

const SHOP: Schema = Schema::new("shop").tables(&[Piece::TABLE, Time::TABLE]);

// Changed by hand, it is looked at again.
const OTHER: TableDef = Time::TABLE.checks(&[CheckDef::new("a)")]);
const CHANGED: Schema = Schema::new("shop").tables(&[&OTHER]);

fn main() {}
