//! Promise: what only CockroachDB says and does can be met on a PostgreSQL.

use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::Recording;
use crdb_orm::{CommitOutcome, Database, ServerKind};

use crate::support::{add, numbers, proxied, until, value};

#[tokio::test]
async fn recorded_answers_of_cockroachdb_are_played() {
    let recording = Recording::cockroachdb();
    for (code, outcome) in [("40003", CommitOutcome::Unknown), ("XXA00", CommitOutcome::Committed)] {
        let (test_db, proxy, db) = proxied().await;
        proxy.on("COMMIT").rewrite(recording.error(code).unwrap());
        let error = add(&db).await.unwrap_err();
        assert_eq!((error.sqlstate(), error.commit_outcome()), (Some(code), outcome), "{error}");
        assert_eq!(value(&test_db).await, 1);
    }
    let (test_db, proxy, db) = proxied().await;
    proxy.on("COMMIT").fail(recording.error("40001").unwrap());
    assert_eq!((add(&db).await.unwrap(), value(&test_db).await), (2, 1));
    let causes = db.stats().retries;
    assert!(causes.iter().any(|(cause, _)| cause == "RETRY_SERIALIZABLE"), "{causes:?}");
}

#[tokio::test]
async fn a_node_that_is_drained_answers_57p01_and_closes_as_recorded() {
    let (test_db, proxy, db) = proxied().await;
    let drained = Recording::cockroachdb().error("57P01").unwrap();
    proxy.on("COMMIT").answer(drained);
    let error = add(&db).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    until("the connection is closed", async || proxy.open() == 0).await;
    assert_eq!((add(&db).await.unwrap(), value(&test_db).await), (1, 1));
}

#[tokio::test]
async fn a_commit_that_answers_with_the_tag_rollback_is_played_on_the_wire() {
    let (_test_db, proxy, _) = proxied().await;
    let rolled_back = Recording::cockroachdb();
    let (_, reply) =
        rolled_back.steps().find(|(sql, reply)| *sql == "COMMIT" && reply.sqlstate().is_none()).unwrap();
    proxy.on("COMMIT").answer(reply);
    let config = proxy.url().parse::<tokio_postgres::Config>().unwrap();
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    let _connection = tokio::spawn(connection);
    // The driver hides the tag; that it is no error is all that is seen.
    client.batch_execute("BEGIN; COMMIT").await.unwrap();
    client.batch_execute("ROLLBACK").await.unwrap();
}

#[tokio::test]
async fn a_postgresql_can_pass_for_a_cockroachdb() {
    let test_db = numbers().await;
    if test_db.is_cockroachdb() {
        return crdb_orm::testing::say_skipped(
            "CockroachDB",
            "a_postgresql_can_pass_for_a_cockroachdb",
            "it is one already",
        );
    }
    let proxy = FaultProxy::to(&test_db).await.unwrap();
    proxy.pose_as_cockroachdb("25.2.0");
    let db = Database::builder(&proxy.url())
        .max_connections(1)
        .connect()
        .await
        .expect("it knows all that is said");
    assert_eq!(db.server().kind(), ServerKind::CockroachDb);
    assert!(db.server().is_cockroachdb_since(25, 2) && !db.server().is_cockroachdb_since(25, 3));
    assert!(proxy.count("autocommit_before_ddl") > 0, "nothing that only CockroachDB knows was said");
    proxy.on("UPDATE").answer("40001");
    assert_eq!((add(&db).await.unwrap(), value(&test_db).await), (2, 1));
    assert_eq!((add(&db).await.unwrap(), value(&test_db).await), (1, 2));
}
