//! Promise: what the documents show is what the library prints.

mod programs;

use std::fmt::Write as _;
use std::path::Path;

use crdb_examples::shop::{self, Customer, Order, SHOP};
use crdb_orm::prelude::*;
use crdb_orm::schema::{DdlKind, Target};
use crdb_orm::testing::TestDb;
use crdb_tests::golden;

/// The schema and the main queries of the shop, for `cockroach sql --insecure < tests/queries.sql`.
fn queries_sql() -> String {
    let mut out = String::from(
        "-- The shop of the examples, as the library prints it: its schema, then its main queries.\n\
         -- Run it on a server of your own:  cockroach sql --insecure < tests/queries.sql\n\
         -- Kept in step by a test; `cargo xtask bless` writes it again.\n\n\
         DROP DATABASE IF EXISTS crdb_orm_shop CASCADE;\n\
         CREATE DATABASE crdb_orm_shop;\n\
         USE crdb_orm_shop;\n\n",
    );
    // One node has no regions, and no Kafka either.
    let ddl = SHOP.ddl(Target::COCKROACHDB_SINGLE_REGION).expect("the schema");
    for statement in ddl.statements().iter().filter(|statement| statement.kind() != DdlKind::Changefeed) {
        writeln!(out, "{};\n", statement.sql()).expect("a text");
    }
    for (name, types, values, text) in shop::statements() {
        let (types, values) = parentheses(types, values);
        writeln!(out, "PREPARE {name}{types} AS {text};\nEXECUTE {name}{values};\n").expect("a text");
    }
    out.push_str(&ledger_sql());
    out
}

/// A transaction under a key, its replay, a fence that comes too late, and a sweep that finds nothing.
fn ledger_sql() -> String {
    let mut out = String::from("-- What `.once(key)` does.\n\n");
    let schema = Schema::new("once").tables(&[Ledger::TABLE]);
    for statement in schema.ddl(Target::COCKROACHDB_SINGLE_REGION).expect("the ledger").statements() {
        writeln!(out, "{};\n", statement.sql()).expect("a text");
    }
    let texts = std::fs::read_to_string(golden::path("ledger.sql")).expect("the texts of the ledger");
    let text = |name: &str| {
        let (_, rest) = texts.split_once(&format!("-- {name}\n")).expect("a text of that name");
        rest.split_once(";\n").expect("its end").0
    };
    let (claim, finish) = (text("claim of a request"), text("finish"));
    writeln!(out, "BEGIN ISOLATION LEVEL SERIALIZABLE; {claim};\n{finish}; COMMIT;\n").expect("a text");
    writeln!(out, "BEGIN ISOLATION LEVEL SERIALIZABLE; {claim};\n{}; ROLLBACK;\n", text("look up"))
        .expect("a text");
    writeln!(out, "{};\n\n{};\n", text("fence"), text("claim again")).expect("a text");
    writeln!(out, "PREPARE sweep (BYTES) AS {};\nEXECUTE sweep ('');", text("sweep")).expect("a text");
    out
}

#[test]
fn the_sql_file_is_what_the_library_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries.sql");
    let wanted = queries_sql();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &wanted).expect("a file that can be written");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == wanted, "tests/queries.sql is out of step: run `cargo xtask bless`");
}

#[tokio::test]
async fn the_statements_of_the_sql_file_run() -> Result<(), Box<dyn std::error::Error>> {
    let db = TestDb::new().await?;
    db.create_schema(&SHOP).await?;
    // As an operator would: the library refuses PREPARE on a pooled connection.
    let url = db.url().replacen("cockroachdb://", "postgresql://", 1);
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    for (name, types, values, text) in shop::statements() {
        let (types, values) = parentheses(types, values);
        client.batch_execute(&format!("PREPARE {name}{types} AS {text}; EXECUTE {name}{values}")).await?;
    }
    drop(client);
    connection.await??;
    assert_eq!(Customer::query().count(&db).await?, 1);
    assert_eq!(Order::query().count(&db).await?, 0, "the last statement deletes it");
    Ok(())
}

fn parentheses(types: &str, values: &str) -> (String, String) {
    if types.is_empty() {
        (String::new(), String::new())
    } else {
        (format!(" ({types})"), format!(" ({values})"))
    }
}

#[test]
fn the_data_is_what_the_generator_makes() {
    let files = shop::data::generate();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop/data");
    for (name, wanted) in [("customers.csv", files.customers), ("orders.csv", files.orders)] {
        let there = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(there == wanted, "{name} is out of step: run `cargo run -p crdb-examples --bin generate`");
    }
}
