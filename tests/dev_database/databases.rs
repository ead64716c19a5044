//! Each test has a database of its own, which goes at its end, and only abandoned ones are swept.

use std::collections::HashSet;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use crdb_orm::testing::{DevServer, DevServerOptions, TestDb};

use crate::starting::ask;
use crate::support::{Scripts, own_server};

async fn databases(server_url: &str) -> HashSet<String> {
    let names = ask(server_url, "SELECT datname FROM pg_catalog.pg_database").await.expect("the databases");
    names.into_iter().collect()
}

#[tokio::test]
async fn each_test_has_an_empty_database_of_its_own() {
    let (one, two) = (TestDb::new().await.expect("a database"), TestDb::new().await.expect("a database"));
    assert_ne!(one.name(), two.name());
    assert_eq!(ask(one.url(), "SELECT current_database()").await.expect("its name"), [one.name()]);
    ask(one.url(), "CREATE TABLE t (id INT8 PRIMARY KEY)").await.expect("a table");
    ask(two.url(), "CREATE TABLE t (id INT8 PRIMARY KEY)").await.expect("the same table there");
    assert_eq!(one.is_cockroachdb(), DevServer::shared().expect("the server").is_cockroachdb());
    assert!(!format!("{one:?}").contains(one.url()));
}

#[tokio::test]
async fn text_is_ordered_by_bytes_as_on_cockroachdb() {
    let db = TestDb::new().await.expect("a database");
    let rows =
        ask(db.url(), "SELECT c FROM (VALUES ('a'), ('B'), ('b'), ('A'), ('é')) v (c) ORDER BY c").await;
    assert_eq!(rows.expect("rows"), ["A", "B", "a", "b", "é"]);
}

#[tokio::test]
async fn a_database_goes_when_its_test_ends_inside_a_runtime() {
    let server = DevServer::shared().expect("a server");
    let db = TestDb::new().await.expect("a database");
    let name = db.name().to_owned();
    assert!(databases(server.url()).await.contains(&name));
    drop(db);
    assert!(!databases(server.url()).await.contains(&name));
}

#[test]
fn a_database_goes_when_it_is_dropped_outside_a_runtime() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = DevServer::shared().expect("a server");
    let first = runtime();
    let db = first.block_on(TestDb::new()).expect("a database");
    let name = db.name().to_owned();
    drop(first);
    drop(db);
    assert!(!runtime().block_on(databases(server.url())).contains(&name));
}

#[tokio::test]
async fn a_database_goes_when_its_test_panics() {
    let server = DevServer::shared().expect("a server");
    let db = TestDb::new().await.expect("a database");
    let name = db.name().to_owned();
    let test = thread::spawn(move || {
        let _db = db;
        panic!("on purpose");
    });
    assert!(test.join().is_err());
    assert!(!databases(server.url()).await.contains(&name));
}

#[tokio::test]
async fn a_database_goes_though_a_session_is_still_in_it() {
    let server = DevServer::shared().expect("a server");
    let db = TestDb::new().await.expect("a database");
    let name = db.name().to_owned();
    let (client, connection) =
        tokio_postgres::connect(db.url(), tokio_postgres::NoTls).await.expect("a session");
    tokio::spawn(connection);
    client.simple_query("BEGIN; CREATE TABLE t (id INT8 PRIMARY KEY)").await.expect("an open transaction");
    drop(db);
    assert!(!databases(server.url()).await.contains(&name));
}

#[tokio::test]
async fn only_abandoned_databases_are_swept_from_a_given_server() {
    let Some(server) = own_server("only_abandoned_databases_are_swept_from_a_given_server") else { return };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let named = |seconds: u64| format!("crdb_orm_test_{seconds}_1_0123456789abcdef");
    let (abandoned, in_use, young) = (named(now - 3 * 3600), named(now - 4 * 3600), named(now - 3600));
    let stranger = "crdb_orm_test_of_somebody".to_owned();
    for name in [&abandoned, &in_use, &young, &stranger] {
        ask(server.url(), &format!("CREATE DATABASE {name}")).await.expect("a database");
    }
    let session = tokio_postgres::connect(&server.url_for(&in_use), tokio_postgres::NoTls).await;
    let (client, connection) = session.expect("a session");
    tokio::spawn(connection);

    let given = DevServerOptions::new().url(server.url()).start().expect("the given server");

    assert_eq!(given.folder(), None);
    let left = databases(server.url()).await;
    assert!(!left.contains(&abandoned), "an abandoned database is still there");
    assert!(left.contains(&young) && left.contains(&stranger), "somebody's database was dropped");
    if !server.is_cockroachdb() {
        assert!(left.contains(&in_use), "a database in use was dropped");
    }
    drop(client);
    drop(given);
    ask(server.url(), "SELECT 1").await.expect("a server that was given is not stopped");
}

#[test]
fn a_skipped_test_is_told_on_the_screen_and_in_the_file() {
    let scratch = Scripts::new("skipped");
    let file = scratch.0.join("skipped");
    let mut holder = Command::new(env!("CARGO_BIN_EXE_dev-server-holder"));
    let output = holder.arg("skip").env("CRDB_SKIPPED_TESTS_FILE", &file).output().expect("the holder");
    assert!(output.status.success(), "{output:?}");
    let server = DevServer::shared().expect("a server");
    let last =
        if server.is_cockroachdb() { "CockroachDB: one: reason one" } else { "PostgreSQL: two: reason two" };
    let expected = format!("skipped on paper: a_test: it has no edge\nskipped on {last}\n");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    assert_eq!(fs::read_to_string(&file).expect("the file"), expected);
}
