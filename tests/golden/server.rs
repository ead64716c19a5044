//! The DDL of each case, run on the server that is there.

use std::fmt::Write;

use crdb_orm::Target;
use crdb_orm::schema::{
    CheckDef, ColumnDef, ColumnType, Ddl, DdlKind, ForeignKeyDef, IndexDef, KeyPart, PrimaryKeyDef, TableDef,
    TypeName,
};
use crdb_orm::testing::{TestDb, say_skipped, skip_on_cockroachdb, skip_on_postgresql};

use crate::cases;

#[tokio::test]
async fn postgresql_runs_what_is_printed_for_it() {
    let db = TestDb::new().await.expect("a database");
    let test = "postgresql_runs_what_is_printed_for_it";
    if !skip_on_cockroachdb(&db, test, "what is printed for PostgreSQL is not its language") {
        make_and_drop_all(&db, Target::POSTGRESQL).await;
    }
}

#[tokio::test]
async fn cockroachdb_runs_what_is_printed_for_one_region() {
    let db = TestDb::new().await.expect("a database");
    let test = "cockroachdb_runs_what_is_printed_for_one_region";
    if !skip_on_postgresql(&db, test, "what is printed for CockroachDB is not its language") {
        make_and_drop_all(&db, Target::COCKROACHDB_SINGLE_REGION).await;
    }
}

/// All in one database: a case that leaves something behind makes a later one fail.
async fn make_and_drop_all(db: &TestDb, target: Target) {
    for case in cases::all() {
        let made = case.schema.ddl(target).expect("it can be printed");
        if needs_what_is_not_here(&made) {
            say_skipped(&target.to_string(), case.name, "its extension is no part of PostgreSQL");
            continue;
        }
        let dropped = case.schema.drop_ddl(target).expect("it can be printed");
        for ddl in [&made, &dropped, &made, &dropped] {
            run(db, ddl).await.unwrap_or_else(|error| panic!("{} on {target}: {error:?}\n{ddl}", case.name));
        }
    }
}

/// Whether an extension is needed that does not come with `PostgreSQL`.
fn needs_what_is_not_here(ddl: &Ddl) -> bool {
    let statements = ddl.statements().iter().filter(|one| one.kind() == DdlKind::Extension);
    statements.into_iter().any(|one| one.sql().ends_with(" vector") || one.sql().ends_with(" postgis"))
}

async fn run(db: &TestDb, ddl: &Ddl) -> crdb_orm::Result<()> {
    // A changefeed needs a sink that answers.
    let statements: Vec<_> =
        ddl.statements().iter().filter(|one| one.kind() != DdlKind::Changefeed).collect();
    db.run_ddl(&statements).await
}

#[tokio::test]
async fn every_keyword_of_postgresql_can_be_a_name() {
    let db = TestDb::new().await.expect("a database");
    let test = "every_keyword_of_postgresql_can_be_a_name";
    if skip_on_cockroachdb(
        &db,
        test,
        "the list is PostgreSQL's own; the grammar tests have that of CockroachDB",
    ) {
        return;
    }
    let client = db_client(&db).await;
    let rows = client.query("SELECT word FROM pg_get_keywords()", &[]).await.expect("the keywords");
    assert!(rows.len() > 400, "too few words: {}", rows.len());
    let mut script = String::new();
    for row in rows {
        let word: &'static str = row.get::<_, String>(0).leak();
        let schema: &'static str = format!("schema {word}").leak();
        writeln!(script, "CREATE SCHEMA \"{schema}\";").expect("text");
        let ddl = table(word, schema).ddl(Target::POSTGRESQL).expect("a table of that name prints");
        writeln!(script, "{ddl}").expect("text");
    }
    client.batch_execute(&script).await.expect("PostgreSQL runs them all");
}

async fn db_client(db: &TestDb) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(db.url(), tokio_postgres::NoTls)
        .await
        .expect("a connection of the test's own");
    tokio::spawn(connection);
    client
}

/// A table whose names are all that word. It lives as long as the test, as a definition must.
fn table(word: &'static str, schema: &'static str) -> TableDef {
    let columns: &[ColumnDef] = vec![ColumnDef::new(word, ColumnType::Int8).comment("c")].leak();
    let (parts, names): (&[KeyPart], &[&str]) = (vec![KeyPart::asc(word)].leak(), vec![word].leak());
    let name = TypeName::new(word).in_schema(schema);
    TableDef::new(name, columns, PrimaryKeyDef::new(parts))
        .indexes(vec![IndexDef::new(parts).name(format!("{word}_").leak())].leak())
        .checks(vec![CheckDef::new("true").name(word)].leak())
        .foreign_keys(vec![ForeignKeyDef::new(names, name, names)].leak())
        .comment("c")
}
