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

/// A table that a macro writes, whose types come from elsewhere.
macro_rules! prices {
    ($name:ident, $key:ty, $price:ty) => {
        #[derive(CrdbTable)]
        #[crdb(table = "prices")]
        struct $name {
            #[crdb(primary_key)]
            id: $key,
            #[crdb(decimal(10, 2))]
            price: $price,
            #[crdb(decimal(10, 2), default = 0)]
            other: $price,
        }
    };
}

prices!(Prices, i64, Decimal);

fn main() {
    let _ = Prices::insert().id(1).price(Decimal::ONE).other(Decimal::ONE).build().to_sql();
    let insert = Odd::insert().r#type(1).größe(2).camelCase("x").select(true).name("n").names("m").key_types(1);
    let sql = insert._hidden(1).a_b(1).a__b(2).r#fn(3).build().to_sql();
    assert!(sql.starts_with(r#"INSERT INTO odd (type, "größe", "camelCase", "select", name, names, key_types, fn"#), "{sql}");
    let _ = (Odd::TYPE, Odd::GRÖSSE, Odd::CAMELCASE, Odd::NAME, Odd::NAMES, Odd::KEY_TYPES, Odd::FN);
    assert_eq!(Kind::LABELS, ["type", "in-transit", "größe"]);
}
