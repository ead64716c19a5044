//! Everything that is generated lives under strict lints.
#![deny(missing_docs, warnings, unreachable_pub, unused, rust_2018_idioms, nonstandard_style, future_incompatible)]
#![deny(missing_debug_implementations, unused_qualifications, single_use_lifetimes, trivial_casts)]

use crdb_orm::prelude::*;

/// A label.
#[derive(CrdbEnum, Debug, Clone, Copy)]
pub enum Label {
    /// The first.
    First,
}

/// A newtype.
#[derive(CrdbType, Debug)]
pub struct Name(String);

/// A row.
#[derive(CrdbRow, Debug)]
pub struct Row {
    /// A count.
    pub count: i64,
}

/// A table.
#[derive(CrdbTable, Debug)]
pub struct Thing {
    /// Its key.
    #[crdb(primary_key)]
    pub id: Uuid,
    /// Its name.
    pub name: Name,
    /// Its label.
    #[crdb(default = Label::First)]
    pub label: Label,
    note: Option<String>,
}

#[derive(CrdbTable)]
struct Private {
    #[crdb(primary_key)]
    id: i64,
}

fn main() {
    let thing = Thing::insert().name(Name("x".to_owned())).build().to_sql();
    assert!(thing.starts_with("INSERT INTO thing (id, name)"), "{thing}");
    let private = Private { id: 1 };
    assert_eq!(private.id, 1);
}
