//! The tables of these tests.

use crdb_orm::prelude::*;

#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Pending,
    Done,
}

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "items")]
pub(crate) struct Item {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) small: i16,
    pub(crate) count: i32,
    pub(crate) big: i64,
    pub(crate) ratio: f64,
    #[crdb(decimal(10, 2), default = 0)]
    pub(crate) price: Decimal,
    #[crdb(default = Status::Pending)]
    pub(crate) status: Status,
    pub(crate) note: Option<String>,
    pub(crate) rank: Option<i32>,
    #[crdb(default = false)]
    pub(crate) hot: bool,
    #[crdb(default = sql("ARRAY[]::TEXT[]"))]
    pub(crate) tags: Vec<String>,
}

/// All columns of an item as they are read.
pub(crate) const ITEM: &str =
    "id, name, small, count, big, ratio, price, status::TEXT, note, rank, hot, tags";

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "Line Items", schema = "sales")]
#[allow(dead_code, reason = "only the texts are looked at")]
pub(crate) struct Line {
    #[crdb(primary_key)]
    pub(crate) order_id: Uuid,
    #[crdb(primary_key)]
    pub(crate) number: i32,
    #[crdb(column = "select")]
    pub(crate) what: String,
    #[crdb(computed = "number * 2")]
    pub(crate) double: i32,
}

/// A table that is nothing but its key, and an enum in the key.
#[derive(CrdbTable, Debug, Clone)]
pub(crate) struct Seen {
    #[crdb(primary_key)]
    pub(crate) status: Status,
    #[crdb(primary_key)]
    pub(crate) who: String,
}

/// A table whose every column can be left out.
#[derive(CrdbTable, Debug, Clone)]
pub(crate) struct Note {
    #[crdb(primary_key, default = sql("unordered_unique_rowid()"))]
    pub(crate) id: i64,
    pub(crate) text: Option<String>,
}

/// What is only printed is read by the grammar beside what is sent.
pub(crate) fn noted(text: String) -> String {
    crdb_orm::testing::__note_statement(&text);
    text
}

macro_rules! writes {
    ($query:expr => $text:expr) => {
        assert_eq!(crate::tables::noted($query.to_sql()), $text)
    };
}

macro_rules! tries {
    ($query:expr => $text:expr) => {
        assert_eq!(crate::tables::noted($query.to_sql().expect("a statement")), $text)
    };
}

pub(crate) use {tries, writes};
