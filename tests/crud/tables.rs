//! The tables of these tests.

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;

#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Color {
    Red,
    Green,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "owners")]
pub(crate) struct Owner {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(unique)]
    pub(crate) name: String,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "things", check(price_positive, "price >= 0"))]
pub(crate) struct Thing {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(references = Owner, index)]
    pub(crate) owner_id: Uuid,
    #[crdb(decimal(6, 2))]
    pub(crate) price: Decimal,
    #[crdb(default = Color::Green)]
    pub(crate) color: Color,
    #[crdb(default = 1)]
    pub(crate) count: i32,
    pub(crate) note: Option<String>,
    #[crdb(string(5), default = "abc")]
    pub(crate) short: String,
    #[crdb(computed = "count * 2")]
    pub(crate) double: i32,
    #[crdb(skip)]
    pub(crate) cache: u8,
}

pub(crate) const SCHEMA: Schema = Schema::new("crud").tables(&[Owner::TABLE, Thing::TABLE]);

pub(crate) async fn database() -> crdb_orm::Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    Ok(db)
}

pub(crate) async fn owner(db: &Database, name: &str) -> crdb_orm::Result<Owner> {
    Owner::insert().name(name).one(db).await
}
