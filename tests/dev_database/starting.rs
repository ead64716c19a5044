//! A server starts in a moment, alone and as it says.

use std::time::{Duration, Instant};

use crdb_orm::testing::DevServerOptions;

use crate::support::{can_start, nothing_is_left_of, own_server};

#[test]
fn a_server_starts_in_under_three_seconds() {
    if !can_start("a_server_starts_in_under_three_seconds") {
        return;
    }
    // Other tests keep the machine busy: the best of ten.
    let mut shortest = Duration::MAX;
    for _ in 0..10 {
        let begin = Instant::now();
        let server = DevServerOptions::new().start().expect("a server");
        shortest = shortest.min(begin.elapsed());
        drop(server);
        if shortest < Duration::from_secs(3) {
            return;
        }
    }
    panic!("the fastest of ten starts took {shortest:?}");
}

#[tokio::test]
async fn two_servers_side_by_side_do_not_meet() {
    let test = "two_servers_side_by_side_do_not_meet";
    let (Some(one), Some(two)) = (own_server(test), own_server(test)) else { return };
    assert_ne!(one.url(), two.url());
    assert_ne!(one.folder(), two.folder());

    ask(one.url(), "CREATE DATABASE only_here").await.expect("a database");
    ask(&one.url_for("only_here"), "SELECT 1").await.expect("its server has it");
    assert!(ask(&two.url_for("only_here"), "SELECT 1").await.is_err(), "the other server has it too");

    let folder = one.folder().expect("its folder").to_owned();
    drop(one);
    nothing_is_left_of(&folder);
    ask(two.url(), "SELECT 1").await.expect("the other server still answers");
}

#[test]
fn a_server_says_in_one_line_what_it_is_and_what_it_cannot_mean() {
    let Some(server) = own_server("a_server_says_in_one_line_what_it_is_and_what_it_cannot_mean") else {
        return;
    };
    let line = server.describe();
    assert_eq!(line.lines().count(), 1);
    assert!(line.contains("localities"), "{line}");
    assert_eq!(line.starts_with("CockroachDB "), server.is_cockroachdb(), "{line}");
    assert_eq!(
        line.starts_with("PostgreSQL ") && line.contains("changefeeds"),
        !server.is_cockroachdb(),
        "{line}"
    );
}

#[tokio::test]
async fn a_server_listens_on_a_port_only_when_asked() {
    let test = "a_server_listens_on_a_port_only_when_asked";
    let Some(server) = own_server(test) else { return };
    if server.is_cockroachdb() {
        crdb_orm::testing::say_skipped("CockroachDB", test, "it has no unix socket");
        return;
    }
    assert!(server.url().contains("@%2F"), "{}", server.url());
    let reachable = DevServerOptions::new().tcp().start().expect("a server");
    assert!(reachable.url().contains("@127.0.0.1:"), "{}", reachable.url());
    ask(reachable.url(), "SELECT 1").await.expect("it answers there");
}

#[tokio::test]
async fn a_role_that_a_test_makes_needs_its_own_password() {
    let test = "a_role_that_a_test_makes_needs_its_own_password";
    let Some(server) = own_server(test) else { return };
    if server.is_cockroachdb() {
        crdb_orm::testing::say_skipped("CockroachDB", test, "an insecure node checks no password");
        return;
    }
    ask(server.url(), "CREATE ROLE somebody LOGIN PASSWORD 'right'").await.expect("a role");
    ask(&server.url().replace("postgres@", "somebody:right@"), "SELECT 1").await.expect("the right password");
    assert!(ask(&server.url().replace("postgres@", "somebody:wrong@"), "SELECT 1").await.is_err());
}

pub(crate) async fn ask(url: &str, text: &str) -> Result<Vec<String>, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    let rows = client.simple_query(text).await?;
    let first = |message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    };
    Ok(rows.into_iter().filter_map(first).collect())
}
