//! Promise: a fault strikes the statements that it waits for, and no others.

use crdb_orm::Sql;
use crdb_orm::testing::proxy::Reply;

use crate::support::{add, add_one, one, proxied, value};

#[tokio::test]
async fn a_mark_is_found_wherever_a_prepared_statement_runs() {
    let (test_db, proxy, db) = proxied().await;
    add_one(&db).await.unwrap();
    let seen = proxy.count_prepared("UPDATE");
    proxy.on("UPDATE").answer("23514");
    let error = add_one(&db).await.unwrap_err();
    assert_eq!((error.sqlstate(), value(&test_db).await), (Some("23514"), 1));
    assert_eq!((proxy.count_prepared("UPDATE"), proxy.count("UPDATE")), (seen, 2), "it was prepared before");
}

#[tokio::test]
async fn a_fault_at_prepare_strikes_there_and_not_where_it_runs() {
    let (test_db, proxy, db) = proxied().await;
    let first = proxy.on_prepare("UPDATE").answer("42501");
    assert_eq!(add_one(&db).await.unwrap_err().sqlstate(), Some("42501"));
    add_one(&db).await.unwrap();
    let never = proxy.on_prepare("UPDATE").answer("42501");
    add_one(&db).await.unwrap();
    assert_eq!((first.struck(), never.struck(), value(&test_db).await), (1, 0, 2));
}

#[tokio::test]
async fn one_statement_of_a_text_is_struck_and_those_before_it_are_done() {
    let (test_db, proxy, _) = proxied().await;
    let config = proxy.url().parse::<tokio_postgres::Config>().unwrap();
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    let _connection = tokio::spawn(connection);
    let text = "BEGIN; UPDATE n SET v = v + 1; COMMIT; BEGIN; UPDATE n SET v = v + 10; /* here */ COMMIT";
    proxy.on("here").fail("23514");
    let error = client.batch_execute(text).await.unwrap_err();
    assert_eq!((error.code().unwrap().code(), value(&test_db).await), ("23514", 1));
}

#[tokio::test]
async fn a_fault_strikes_the_nth_statement_and_as_often_as_it_shall() {
    let (_test_db, proxy, db) = proxied().await;
    let codes = async || {
        let mut codes = Vec::new();
        for _ in 0..6 {
            let failed = db.run_ddl(&["SELECT 1 /* x */"]).await.err();
            codes.push(failed.and_then(|error| error.sqlstate().map(str::to_owned)).unwrap_or_default());
        }
        codes
    };
    proxy.on_statement(2).answer("23514");
    proxy.on("x").nth(4).times(2).answer("23502");
    assert_eq!(codes().await, ["", "23514", "", "23502", "23502", ""]);
    assert_eq!(proxy.pending(), 0);
    let always = proxy.on("x").always().answer("23514");
    assert_eq!((codes().await, proxy.pending()), (vec!["23514".to_owned(); 6], 0));
    always.remove();
    assert_eq!((codes().await, always.struck()), (vec![String::new(); 6], 6));
}

#[tokio::test]
async fn chance_with_a_seed_is_the_same_chance_again() {
    let (_test_db, proxy, db) = proxied().await;
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let rule = proxy.by_chance(0.3, seed).answer("23514");
        let mut struck = Vec::new();
        for _ in 0..100 {
            struck.push(db.run_ddl(&["SELECT 1"]).await.is_err());
        }
        rule.remove();
        assert!((15..=45).contains(&rule.struck()), "{rule:?}");
        runs.push(struck);
    }
    assert!(runs[0] == runs[1] && runs[1] != runs[2]);
}

#[tokio::test]
async fn answers_keep_their_order_when_much_is_sent_together() {
    let (_test_db, proxy, db) = proxied().await;
    proxy.on("SELECT 2").answer("23514");
    proxy.on("SELECT 4").rewrite(Reply::error("23502"));
    let config = proxy.url().parse::<tokio_postgres::Config>().unwrap();
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    let _connection = tokio::spawn(connection);
    let ask = async |text: &'static str| match client.simple_query(text).await {
        Ok(messages) => messages
            .iter()
            .find_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            })
            .unwrap(),
        Err(error) => error.code().unwrap().code().to_owned(),
    };
    let (one_, two, three, four, five) =
        tokio::join!(ask("SELECT 1"), ask("SELECT 2"), ask("SELECT 3"), ask("SELECT 4"), ask("SELECT 5"));
    assert_eq!([one_, two, three, four, five], ["1", "23514", "3", "23502", "5"]);
    assert_eq!(add(&db).await.unwrap(), 1);
    assert_eq!(one::<i64>(&db, "SELECT 6::INT8").await.unwrap(), 6);
    Sql::trusted("SELECT 7").exec(&db).await.unwrap();
}
