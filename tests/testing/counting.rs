//! Promise: a proxy counts what went through, and a longer wire is as long as asked.

use std::time::{Duration, Instant};

use crdb_orm::{Database, Sql};

use crate::support::{add, add_one, proxied};

#[tokio::test]
async fn a_round_trip_is_counted_once_for_everything_that_is_sent_together() {
    let (_test_db, proxy, _) = proxied().await;
    let config = proxy.url().parse::<tokio_postgres::Config>().unwrap();
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    let _connection = tokio::spawn(connection);
    proxy.take_round_trips();
    for text in ["BEGIN", "SELECT 1", "SELECT 2", "COMMIT"] {
        client.batch_execute(text).await.unwrap();
    }
    assert_eq!(proxy.take_round_trips(), 4);
    let ask = |text| client.batch_execute(text);
    let (begin, one, two, commit) =
        tokio::join!(ask("BEGIN"), ask("SELECT 1"), ask("SELECT 2"), ask("COMMIT"));
    assert!([begin, one, two, commit].iter().all(Result::is_ok));
    assert_eq!((proxy.round_trips(), proxy.take_round_trips(), proxy.round_trips()), (1, 1, 0));
    assert_eq!((proxy.count("SELECT"), proxy.statements().last().map(String::as_str)), (4, Some("COMMIT")));
    proxy.forget_statements();
    assert_eq!(proxy.count(""), 0);
}

#[tokio::test]
async fn latency_is_paid_once_for_each_round_trip_and_not_for_each_statement() {
    let (_test_db, proxy, db) = proxied().await;
    add_one(&db).await.unwrap();
    let latency = Duration::from_millis(500);
    proxy.latency(latency);
    let began = Instant::now();
    let one = async |n: i64| Sql::trusted("SELECT $1::INT8").bind(n).exec(&db).await;
    one(0).await.unwrap();
    proxy.take_round_trips();
    let began_one = Instant::now();
    one(1).await.unwrap();
    let alone = began_one.elapsed();
    assert_eq!(proxy.take_round_trips(), 1);
    assert!(alone >= latency && alone < latency * 2, "{alone:?}");
    let config = proxy.url().parse::<tokio_postgres::Config>().unwrap();
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    let _connection = tokio::spawn(connection);
    let began_many = Instant::now();
    let many = tokio::join!(
        client.batch_execute("SELECT 1"),
        client.batch_execute("SELECT 2"),
        client.batch_execute("SELECT 3"),
        client.batch_execute("SELECT 4")
    );
    assert!(many.0.is_ok() && many.3.is_ok());
    let together = began_many.elapsed();
    assert!(together >= latency && together < latency * 2, "{together:?}");
    assert!(began.elapsed() >= latency * 3);
    proxy.latency(Duration::ZERO);
    let began = Instant::now();
    one(2).await.unwrap();
    assert!(began.elapsed() < latency, "{:?}", began.elapsed());
}

#[tokio::test]
async fn connections_are_counted_from_the_clients_side() {
    let (_test_db, proxy, db) = proxied().await;
    assert_eq!((proxy.open(), proxy.most(), proxy.accepted()), (1, 1, 1));
    let other = Database::connect(&proxy.url()).await.unwrap();
    add(&other).await.unwrap();
    assert_eq!((proxy.open(), proxy.most()), (2, 2));
    other.close().await;
    crate::support::until("the other one is gone", async || proxy.open() == 1).await;
    add(&db).await.unwrap();
    assert_eq!((proxy.accepted(), proxy.most()), (2, 2));
}
