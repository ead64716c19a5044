//! The schemas that are printed.

mod attributes;
mod changefeeds;
mod checks;
mod columns;
mod comments;
mod composites;
pub(crate) mod derived;
mod foreign_keys;
mod index_options;
mod indexes;
mod keys;
mod known;
mod ledger;
mod localities;
mod more_forms;
mod more_keys;
mod more_types;
mod names;
mod objects;
mod places;
mod shop;
mod sql_schemas;
mod storage;

pub(crate) use self::shop::{ORDERS, SHOP};
pub(crate) use crdb_tests::SHOWN;

use crdb_orm::Schema;
use crdb_orm::schema::{ColumnDef, ColumnType, DefaultValue, KeyPart, PrimaryKeyDef, TableDef};

/// A schema under a name, which is that of its files.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) schema: Schema,
}

const fn case(name: &'static str, tables: &'static [&'static TableDef]) -> Case {
    Case { name, schema: Schema::new("app").tables(tables) }
}

const fn regions(name: &'static str, tables: &'static [&'static TableDef]) -> Case {
    Case { name, schema: Schema::new("app").regions(&["us-east1", "us-west1"]).tables(tables) }
}

/// All of them.
pub(crate) fn all() -> Vec<Case> {
    [
        shop::CASES,
        columns::CASES,
        attributes::CASES,
        composites::CASES,
        more_types::CASES,
        more_forms::CASES,
        more_keys::CASES,
        keys::CASES,
        indexes::CASES,
        index_options::CASES,
        foreign_keys::CASES,
        checks::CASES,
        localities::CASES,
        comments::CASES,
        names::CASES,
        sql_schemas::CASES,
        changefeeds::CASES,
        derived::CASES,
        ledger::CASES,
        storage::CASES,
        places::CASES,
        objects::CASES,
        known::movr::CASES,
        known::tpcc::CASES,
        known::tpch::CASES,
        known::docs::CASES,
        known::projects::CASES,
        known::statements::CASES,
    ]
    .concat()
}

// What most tables have.
pub(crate) const ID: ColumnDef =
    ColumnDef::new("id", ColumnType::Uuid).default(DefaultValue::Sql("gen_random_uuid()"));
pub(crate) const KEY: PrimaryKeyDef = PrimaryKeyDef::new(&[KeyPart::asc("id")]);
pub(crate) const CREATED_AT: ColumnDef =
    ColumnDef::new("created_at", ColumnType::TimestampTz).default(DefaultValue::Sql("now()"));
pub(crate) const EMAIL: ColumnDef = ColumnDef::new("email", ColumnType::String);
pub(crate) const STATUS: ColumnDef = ColumnDef::new("status", ColumnType::String).nullable(true);
pub(crate) const REGION: ColumnDef = ColumnDef::new("region", ColumnType::Region);
