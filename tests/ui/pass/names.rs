//! Raw identifiers, unicode, keywords and capitals are names.
#![allow(non_snake_case)]

use crdb_orm::prelude::*;

#[derive(CrdbTable)]
struct r#Odd {
    #[crdb(primary_key)]
    r#type: i64,
    größe: i32,
    camelCase: String,
    select: bool,
    name: String,
    names: String,
    key_types: i32,
    r#fn: Option<i32>,
    _hidden: i16,
    a_b: i32,
    a__b: i32,
}

#[derive(CrdbEnum, Debug)]
#[crdb(rename_all = "kebab-case")]
enum r#Kind {
    r#Type,
    InTransit,
    Größe,
}

fn main() {
    let insert = Odd::insert().r#type(1).größe(2).camelCase("x").select(true).name("n").names("m").key_types(1);
    let sql = insert._hidden(1).a_b(1).a__b(2).r#fn(3).build().to_sql();
    assert!(sql.starts_with(r#"INSERT INTO odd (type, "größe", "camelCase", "select", name, names, key_types, fn"#), "{sql}");
    let _ = (Odd::TYPE, Odd::GRÖSSE, Odd::CAMELCASE, Odd::NAME, Odd::NAMES, Odd::KEY_TYPES, Odd::FN);
    assert_eq!(Kind::LABELS, ["type", "in-transit", "größe"]);
}
