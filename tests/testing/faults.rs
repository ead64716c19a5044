//! Promise: a fault does what its name says, on the wire and on the server.

use std::time::{Duration, Instant};

use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::{Fault, LogIn, Reply};
use crdb_orm::{CommitOutcome, Database, RetryPolicy};

use crate::support::{add, add_one, numbers, proxied, until, value};

#[tokio::test]
async fn a_cut_before_send_keeps_the_statement_from_the_server_and_one_after_send_does_not() {
    for (fault, kept) in [(Fault::CutBeforeSend, 0), (Fault::CutAfterSend, 1), (Fault::CutInReply(3), 1)] {
        let (test_db, proxy, db) = proxied().await;
        let rule = proxy.on("COMMIT").strike(fault.clone());
        let error = add(&db).await.unwrap_err();
        assert!(error.is_outcome_unknown(), "{fault:?}: {error}");
        assert_eq!((rule.struck(), proxy.pending(), value(&test_db).await), (1, 0, kept), "{fault:?}");
        assert_eq!(proxy.struck()[fault.name()], 1);
        assert_eq!(add(&db).await.expect("a new connection"), 1);
    }
}

#[tokio::test]
async fn a_cut_in_the_middle_of_a_reply_leaves_an_answer_that_cannot_be_read() {
    let (_test_db, proxy, _) = proxied().await;
    let config = proxy.url().parse::<tokio_postgres::Config>().unwrap();
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    // The first message, RowDescription, comes whole, the second one does not: a row was never seen.
    proxy.on("generate_series").cut_in_reply(60);
    let error = client.simple_query("SELECT * FROM generate_series(1, 1000)").await.unwrap_err();
    assert!(error.as_db_error().is_none(), "{error}");
    let _ = connection.await.unwrap();
}

#[tokio::test]
async fn a_delay_holds_up_the_request_or_its_answer() {
    let (test_db, proxy, db) = proxied().await;
    let delay = Duration::from_millis(1500);
    for (fault, there) in [(Fault::DelayRequest(delay), 0), (Fault::DelayReply(delay), 1)] {
        let before = value(&test_db).await;
        proxy.on("UPDATE").strike(fault.clone());
        let began = Instant::now();
        let looking = async {
            tokio::time::sleep(delay / 2).await;
            value(&test_db).await - before
        };
        let (added, seen) = tokio::join!(add_one(&db), looking);
        assert_eq!((added.unwrap(), seen), (1, there), "{fault:?}");
        assert!(began.elapsed() >= delay, "{fault:?}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_commit_that_arrives_late_takes_effect_after_its_client_has_gone() {
    let (test_db, proxy, db) = proxied().await;
    let late = proxy.on("COMMIT").arrive_late();
    let error = add(&db).await.unwrap_err();
    assert!(error.is_outcome_unknown() && !error.is_deadline(), "{error}");
    assert_eq!((late.held(), value(&test_db).await), (1, 0), "it is still on its way");
    late.release().await;
    assert_eq!((late.held(), value(&test_db).await), (0, 1), "it has arrived");
}

#[tokio::test]
async fn what_is_held_back_keeps_its_client_waiting_and_arrives_though_the_client_has_gone() {
    let (test_db, proxy, db) = proxied().await;
    let held = proxy.on("COMMIT").hold_back();
    let work = async |tx: crdb_orm::Tx| add_one(&tx).await;
    let error = db.transaction("add", work).deadline(Duration::from_millis(1500)).await.unwrap_err();
    assert!(error.is_outcome_unknown() && error.is_deadline(), "{error}");
    held.holds().await;
    assert_eq!(value(&test_db).await, 0);
    drop(db);
    held.release().await;
    assert_eq!(value(&test_db).await, 1);
    // A client that has waited gets its answer.
    let db = Database::connect(&proxy.url()).await.unwrap();
    let held = proxy.on("UPDATE").hold_back();
    let release = async {
        held.holds().await;
        held.release().await;
    };
    let (added, ()) = tokio::join!(add_one(&db), release);
    assert_eq!((added.unwrap(), value(&test_db).await), (1, 2));
}

#[tokio::test]
async fn silence_lets_the_server_work_and_the_client_wait() {
    let (test_db, proxy, db) = proxied().await;
    proxy.on("UPDATE").silence();
    let waited = tokio::time::timeout(Duration::from_secs(1), add_one(&db)).await;
    assert!(waited.is_err());
    until("the server has done it", async || value(&test_db).await == 1).await;
}

#[tokio::test]
async fn an_answer_instead_of_forwarding_is_all_that_happens() {
    let (test_db, proxy, db) = proxied().await;
    let reply = Reply::error("40003").message("result is ambiguous").detail("a detail").parameter("x.y", "1");
    proxy.on("COMMIT").answer(reply);
    let error = add(&db).await.unwrap_err();
    assert_eq!(
        (error.sqlstate(), error.commit_outcome()),
        (Some("40003"), CommitOutcome::Unknown),
        "{error}"
    );
    assert!(error.to_string().contains("result is ambiguous"), "{error}");
    until("the transaction is given up", async || value(&test_db).await == 0).await;
    // A success that is none, of a statement with parameters and of one without.
    proxy.on("UPDATE").answer(Reply::tag("UPDATE 7"));
    assert_eq!(add_one(&db).await.unwrap(), 7);
    proxy.on("CREATE NONSENSE").answer(Reply::tag("CREATE"));
    db.run_ddl(&["CREATE NONSENSE"]).await.expect("nobody asked the server");
    assert_eq!(value(&test_db).await, 0);
}

#[tokio::test]
async fn a_fatal_answer_closes_the_connection() {
    let (_test_db, proxy, db) = proxied().await;
    let fatal = Reply::error("57P01").severity("FATAL").message("server is shutting down").then_close();
    proxy.on("UPDATE").answer(fatal);
    assert_eq!(add(&db).await.expect("another attempt"), 2);
    assert_eq!(proxy.accepted(), 2);
}

#[tokio::test]
async fn a_rewritten_reply_hides_what_the_server_has_done() {
    let (test_db, proxy, db) = proxied().await;
    proxy.on("COMMIT").rewrite("XXA00");
    let error = add(&db).await.unwrap_err();
    assert_eq!((error.commit_outcome(), value(&test_db).await), (CommitOutcome::Committed, 1), "{error}");
    proxy.on("UPDATE").rewrite("40001");
    let error = add_one(&db).await;
    // A single statement that failed with 40001 is run again: the server had done both.
    assert_eq!((error.unwrap(), value(&test_db).await), (1, 3));
}

#[tokio::test]
async fn a_failure_is_one_on_the_server_too() {
    let (test_db, proxy, db) = proxied().await;
    proxy.on("COMMIT").fail("40001");
    assert_eq!((add(&db).await.unwrap(), value(&test_db).await), (2, 1));
    // The server has aborted it, too.
    let config = proxy.url().parse::<tokio_postgres::Config>().unwrap();
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    let _connection = tokio::spawn(connection);
    proxy.on("UPDATE").fail("40001");
    client.batch_execute("BEGIN").await.unwrap();
    for code in ["40001", "25P02"] {
        let error = client.execute("UPDATE n SET v = 5", &[]).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), code);
    }
    client.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(value(&test_db).await, 1);
}

#[tokio::test]
async fn a_transaction_that_is_aborted_behind_the_clients_back_is_not_committed() {
    let (test_db, proxy, db) = proxied().await;
    proxy.on("COMMIT").abort();
    assert_eq!((add(&db).await.unwrap(), value(&test_db).await), (2, 1));
}

#[tokio::test]
async fn a_server_that_shuts_down_says_so_on_every_connection_and_lets_nobody_in() {
    let (test_db, proxy, db) = proxied().await;
    proxy.drain();
    until("the connection is closed", async || proxy.open() == 0).await;
    let error = Database::connect(&proxy.url()).await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("57P01"), "{error}");
    proxy.log_in(LogIn::Forward);
    add(&db).await.expect("a new connection");
    proxy.cut();
    until("the connection is cut", async || proxy.open() == 0).await;
    add(&db).await.expect("a new connection");
    assert_eq!(value(&test_db).await, 2);
}

#[tokio::test]
async fn a_cancel_request_reaches_the_server() {
    let (_test_db, proxy, _) = proxied().await;
    let config = proxy.url().parse::<tokio_postgres::Config>().unwrap();
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    let _connection = tokio::spawn(connection);
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        client.cancel_token().cancel_query(tokio_postgres::NoTls).await.unwrap();
    };
    let sleeping = tokio::time::timeout(Duration::from_secs(20), client.batch_execute("SELECT pg_sleep(3)"));
    let (slept, ()) = tokio::join!(sleeping, cancel);
    assert_eq!(proxy.cancels(), 1);
    // CockroachDB before v22.1 has no cancel requests.
    if let Err(error) = slept.unwrap() {
        assert_eq!(error.code().unwrap().code(), "57014");
    }
}

#[tokio::test]
async fn a_proxy_that_is_dropped_takes_its_connections_with_it_and_shows_no_password() {
    let test_db = numbers().await;
    let proxy = FaultProxy::to(&test_db).await.unwrap();
    let url = proxy.url();
    let builder = Database::builder(&url).retry(RetryPolicy::default().attempts(1));
    let db = builder.connect().await.unwrap();
    let through = proxy.url_as("somebody", Some("Geheim 7x/"));
    assert!(through.contains("Geheim%207x%2F@") && !format!("{proxy:?}").contains("Geheim"));
    drop(proxy);
    until("the connection is closed", async || add_one(&db).await.is_err()).await;
    let error = Database::connect(&url).await.unwrap_err();
    assert!(error.is_connection(), "{error}");
    let error = FaultProxy::to_url("postgresql://u:Geheim7x@h/d?sslmode=requir").await.unwrap_err();
    assert!(error.is_configuration() && !format!("{error} {error:?}").contains("Geheim"), "{error}");
}
