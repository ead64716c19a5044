//! Promise: a connection keeps the statements that are used, and none of them fails because the server has lost it.

use crdb_orm::testing::proxy::Fault;
use crdb_orm::testing::{FaultProxy, TestDb, skip_on_cockroachdb};
use crdb_orm::{Database, Prepared, Sql};

use crate::support::{all_are_back, numbers, read, set, value};

async fn one_connection(url: &str) -> Database {
    Database::builder(url).max_connections(1).connect().await.expect("a database")
}

fn text(n: i64) -> String {
    format!("SELECT {n}::INT8")
}

async fn ask(db: &Database, n: i64) {
    let answer: i64 = value(db, Sql::trusted(text(n))).await.expect("a number");
    assert_eq!(answer, n);
}

/// The texts that the server has for the one connection, this question's among them.
async fn kept(db: &Database) -> Vec<String> {
    let rows = Sql::trusted("SELECT statement FROM pg_prepared_statements").all::<(String,), _>(db).await;
    rows.expect("its statements").into_iter().map(|(text,)| text).collect()
}

#[tokio::test]
async fn a_connection_keeps_256_statements_and_the_least_recently_used_goes_first() {
    let test = "a_connection_keeps_256_statements_and_the_least_recently_used_goes_first";
    let db = TestDb::new().await.expect("a database");
    if skip_on_cockroachdb(&db, test, "only PostgreSQL tells what is prepared") {
        return;
    }
    let one = one_connection(db.url()).await;
    for n in 0..250 {
        ask(&one, n).await;
    }
    assert_eq!(kept(&one).await.len(), 251, "while there is room, nothing goes");
    // The oldest is used again, so that others are older.
    ask(&one, 0).await;
    for n in 250..300 {
        ask(&one, n).await;
    }
    let kept = kept(&one).await;
    assert_eq!(kept.len(), 256);
    let has = |n| kept.contains(&text(n));
    // 300 and this question, which is kept since it was used in between: 45 went.
    assert!(has(0) && has(46) && has(299), "{kept:?}");
    assert!((1..=45).all(|n| !has(n)), "{kept:?}");
    // One that went is prepared again.
    ask(&one, 1).await;
    assert_eq!(one.status().size, 1);
}

#[tokio::test]
async fn statements_that_are_sent_whole_are_kept_by_nobody() {
    let test = "statements_that_are_sent_whole_are_kept_by_nobody";
    let db = TestDb::new().await.expect("a database");
    if skip_on_cockroachdb(&db, test, "only PostgreSQL tells what is prepared") {
        return;
    }
    let one = Database::builder(db.url()).max_connections(1).prepared(Prepared::Never).connect().await;
    let one = one.expect("a database");
    for n in 0..5 {
        ask(&one, n).await;
    }
    assert_eq!(kept(&one).await, [""; 0]);
}

#[tokio::test]
async fn a_statement_that_the_server_has_lost_is_prepared_again_once_and_runs_once() {
    const ADD: &str = "UPDATE n SET v = v + 1 WHERE id = 1";
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let one = one_connection(&proxy.url()).await;
    let add = || Sql::trusted(ADD).exec(&one);
    add().await.expect("it is prepared");
    assert_eq!((read(&one, 1).await.expect("a read"), proxy.count_prepared(ADD)), (1, 1));
    proxy.on(ADD).strike(Fault::Answer("26000".into()));
    assert_eq!(add().await.expect("it is prepared again"), 1);
    assert_eq!((read(&db, 1).await.expect("a read"), proxy.count_prepared(ADD)), (2, 2));
    // A read, too.
    read(&one, 1).await.expect("the others of the connection are prepared again when they are used");
    let before = proxy.count_prepared("");
    proxy.on("SELECT v").strike(Fault::Answer("26000".into()));
    assert_eq!(read(&one, 1).await.expect("a read"), 2);
    assert_eq!((proxy.count_prepared("") - before, proxy.pending()), (1, 0));
    // Whoever says so of a statement that is new is not asked for ever.
    assert_eq!(add().await.expect("it is prepared"), 1);
    let rule = proxy.on(ADD).always().strike(Fault::Answer("26000".into()));
    let error = add().await.expect_err("it is lost every time");
    assert_eq!(error.sqlstate(), Some("26000"), "{error}");
    assert!(!error.is_outcome_unknown(), "{error}");
    assert_eq!(rule.struck(), 2);
    rule.remove();
    assert_eq!(add().await.expect("it is well"), 1);
    assert_eq!((read(&db, 1).await.expect("a read"), proxy.accepted()), (4, 1));
    all_are_back(&one).await;
}

#[tokio::test]
async fn in_a_transaction_a_statement_that_the_server_has_lost_runs_the_closure_again() {
    let db = numbers(1).await;
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let one = one_connection(&proxy.url()).await;
    let raise = async || {
        one.transaction("raise", async |tx| {
            let v = read(&tx, 1).await?;
            set(&tx, 1, v + 1).await
        })
        .await
    };
    raise().await.expect("all is prepared");
    for (text, v) in [("UPDATE n", 2), ("SELECT v", 3)] {
        proxy.on(text).strike(Fault::Fail("26000".into()));
        let prepared = proxy.count_prepared(text);
        raise().await.expect("it is run again");
        assert_eq!((read(&db, 1).await.expect("a read"), proxy.pending()), (v, 0), "{text}");
        assert_eq!(proxy.count_prepared(text), prepared + 1, "{text}");
    }
    all_are_back(&one).await;
}

/// The server itself, behind the library's back.
#[tokio::test]
async fn when_a_server_forgets_all_statements_nobody_notices() {
    let test = "when_a_server_forgets_all_statements_nobody_notices";
    let db = numbers(1).await;
    if skip_on_cockroachdb(&db, test, "it has no DO that deallocates") {
        return;
    }
    let one = one_connection(db.url()).await;
    let forget = || Sql::trusted("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$").exec(&one);
    for v in 1..4 {
        set(&one, 1, v).await.expect("a write");
        assert_eq!(read(&one, 1).await.expect("a read"), v);
        forget().await.expect("it forgets");
        assert_eq!(kept(&one).await.len(), 1, "only this question is left");
    }
    let kept_up = one
        .transaction("forgets", async |tx| {
            let v = read(&tx, 1).await?;
            set(&tx, 1, v + 10).await?;
            Ok(v)
        })
        .await;
    assert_eq!((kept_up.expect("it is run again"), read(&one, 1).await.expect("a read")), (3, 13));
}
