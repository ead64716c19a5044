//! The tables of these tests.

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;

#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Good,
    Bad,
}

/// A row with a value of each kind.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "things")]
pub(crate) struct Thing {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) small: i16,
    pub(crate) count: i32,
    pub(crate) big: i64,
    pub(crate) short: f32,
    pub(crate) ratio: f64,
    #[crdb(decimal(20, 6))]
    pub(crate) price: Decimal,
    pub(crate) name: String,
    pub(crate) note: Option<String>,
    pub(crate) rank: Option<i32>,
    pub(crate) tags: Vec<String>,
    pub(crate) scores: Option<Vec<i64>>,
    pub(crate) doc: serde_json::Value,
    pub(crate) at: DateTime<Utc>,
    pub(crate) local: NaiveDateTime,
    pub(crate) day: NaiveDate,
    pub(crate) ended: Option<DateTime<Utc>>,
    pub(crate) mood: Mood,
    pub(crate) hot: bool,
    pub(crate) data: Vec<u8>,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "customers")]
pub(crate) struct Customer {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) mood: Option<Mood>,
    pub(crate) credit: i64,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "orders", index(orders_user, on(user_id)))]
pub(crate) struct Order {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) total: i64,
    pub(crate) paid: bool,
}

/// A tree.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "parts", index(on(parent_id)), belongs_to(parent = parent_id), has_many(below = Piece::PARENT_ID))]
#[crdb(many_to_many(labels = Label, through(Marked::PART_ID, Marked::LABEL_ID)))]
pub(crate) struct Piece {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(references = Piece)]
    pub(crate) parent_id: Option<Uuid>,
    #[crdb(string(20))]
    pub(crate) name: String,
    pub(crate) mood: Mood,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "labels")]
pub(crate) struct Label {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) text: String,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "marked", primary_key(part_id, label_id), index(on(label_id)))]
pub(crate) struct Marked {
    #[crdb(references = Piece)]
    pub(crate) part_id: Uuid,
    #[crdb(references = Label)]
    pub(crate) label_id: Uuid,
}

pub(crate) const SCHEMA: Schema = Schema::new("exprs").tables(&[
    Thing::TABLE,
    Customer::TABLE,
    Order::TABLE,
    Piece::TABLE,
    Label::TABLE,
    Marked::TABLE,
]);

pub(crate) async fn database() -> crdb_orm::Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    Ok(db)
}

/// One row of every kind.
pub(crate) fn thing() -> Thing {
    let local =
        NaiveDate::from_ymd_opt(2026, 3, 14).and_then(|day| day.and_hms_micro_opt(15, 9, 26, 535_897));
    let local = local.expect("a moment");
    Thing {
        id: Uuid::from_u128(1),
        small: -7,
        count: 7,
        big: 9_000_000_000,
        short: 1.5,
        ratio: -2.25,
        price: "12.345".parse().expect("a decimal"),
        name: " Ann/Bob ".to_owned(),
        note: None,
        rank: Some(2),
        tags: vec!["a".to_owned(), "b".to_owned()],
        scores: None,
        doc: serde_json::json!({"a": {"b": "x"}, "list": [1, "two"], "none": null}),
        at: local.and_utc(),
        local,
        day: local.date(),
        ended: None,
        mood: Mood::Good,
        hot: true,
        data: b"hi".to_vec(),
    }
}
