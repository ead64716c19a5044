//! Promise 15: a write to which a server that shuts down says good-bye before it looks at it is run again, and no other.

use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::Reply;
use crdb_orm::testing::{FaultProxy, TestDb, skip_on_cockroachdb};
use crdb_orm::{Prepared, sql};

use crate::support::until;

/// A note.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "notes")]
struct Note {
    #[crdb(primary_key)]
    id: i64,
    text: String,
}

const SCHEMA: Schema = Schema::new("good bye").tables(&[Note::TABLE]);

async fn notes(prepared: Prepared) -> (TestDb, FaultProxy, Database) {
    let db = TestDb::new().await.expect("a database");
    db.create_schema(&SCHEMA).await.expect("the schema");
    let proxy = FaultProxy::to(&db).await.expect("a proxy");
    let through = Database::builder(&proxy.url()).prepared(prepared).max_connections(1);
    let through = through.connect().await.expect("a database");
    (db, proxy, through)
}

fn good_bye(words: &str) -> Reply {
    Reply::error("57P01").severity("FATAL").message(words).then_close()
}

#[tokio::test]
async fn a_write_that_a_server_has_not_looked_at_is_run_again() {
    for words in ["server is shutting down", "terminating connection due to administrator command"] {
        let (db, proxy, through) = notes(Prepared::Auto).await;
        // Prepared before, and not.
        for id in [1, 2] {
            proxy.on("INSERT").answer(good_bye(words));
            Note::insert().id(id).text("new").exec(&through).await.expect("it is run again");
        }
        proxy.on("UPDATE").answer(good_bye(words));
        let changed = Note::query().update().set(Note::TEXT, "changed").exec(&through).await;
        assert_eq!(changed.expect("it is run again"), 2);
        proxy.on("DELETE").answer(good_bye(words));
        assert!(Note::delete(1).exec(&through).await.expect("it is run again"));
        assert_eq!((Note::query().count(&db).await.unwrap(), proxy.pending()), (1, 0));
        assert_eq!(proxy.accepted(), 5, "each time by another connection");
    }
}

/// As CockroachDB says it at its drain: by severity an error like any other. The connection is closed a moment later.
fn drains() -> Reply {
    Reply::error("57P01").severity("ERROR").message("server is shutting down")
}

#[tokio::test]
async fn a_connection_on_which_a_draining_node_said_good_bye_is_not_used_again() {
    let (db, proxy, through) = notes(Prepared::Auto).await;
    proxy.on("INSERT").answer(drains());
    Note::insert().id(1).text("new").exec(&through).await.expect("it is run again");
    assert_eq!(proxy.accepted(), 2, "by another connection");
    proxy.on("SELECT").answer(drains());
    assert_eq!(Note::find(1).one(&through).await.expect("it is run again").text, "new");
    assert_eq!(proxy.accepted(), 3, "by another connection");
    proxy.on("SELECT").answer(drains());
    let (one, all) = through.read_together((Note::find(1), Note::query().limit(2))).await.expect("again");
    assert_eq!((one.is_some(), all.len()), (true, 1));
    assert_eq!(proxy.accepted(), 4, "by another connection");
    proxy.on("SELECT").answer(drains());
    let mut rows = Note::query().stream(&through);
    assert!(rows.try_next().await.expect("it is run again").is_some());
    assert_eq!((Note::query().count(&db).await.unwrap(), proxy.pending(), proxy.accepted()), (1, 0, 5));
}

/// It answers the ROLLBACK as well, and goes a moment later.
#[tokio::test]
async fn a_connection_that_heard_a_good_bye_in_a_transaction_is_not_used_again() {
    let (db, proxy, through) = notes(Prepared::Auto).await;
    proxy.on("INSERT").answer(drains());
    let inserts = through.transaction("inserts", async |tx| Note::insert().id(1).text("new").exec(&tx).await);
    inserts.await.expect("it is run again");
    assert_eq!((Note::query().count(&db).await.unwrap(), proxy.pending()), (1, 0));
    assert_eq!(proxy.accepted(), 2, "by another connection");
}

#[tokio::test]
async fn a_deferred_write_that_a_draining_node_did_not_look_at_is_run_again_with_its_transaction() {
    let (db, proxy, through) = notes(Prepared::Auto).await;
    proxy.on("INSERT").answer(drains().then_close());
    let defers = through.transaction("defers", async |tx| {
        Note::insert().id(1).text("new").build().defer(&tx);
        Ok(())
    });
    defers.await.expect("it is run again");
    assert_eq!((Note::query().count(&db).await.unwrap(), proxy.pending(), proxy.accepted()), (1, 0, 2));
}

#[tokio::test]
async fn whoever_else_says_good_bye_may_have_handed_it_on() {
    // A proxy, by itself; or nobody knows who, where it is known that there is one.
    for (prepared, words) in [
        (Prepared::Auto, "terminating connection because it was idle for too long"),
        (Prepared::Never, "server is shutting down"),
    ] {
        let (db, proxy, through) = notes(prepared).await;
        Note::insert().id(1).text("new").exec(&through).await.expect("nothing is in its way");
        proxy.on("UPDATE").rewrite(good_bye(words));
        let error = Note::update(1).set(Note::TEXT, "changed").exec(&through).await.unwrap_err();
        assert!(error.is_outcome_unknown() && error.sqlstate() == Some("57P01"), "{error}");
        assert_eq!(Note::find(1).one(&db).await.unwrap().text, "changed", "the server had done it");
    }
}

#[tokio::test]
async fn a_write_in_whose_middle_a_server_says_good_bye_is_unknown_and_is_not_run_again() {
    let (db, _proxy, through) = notes(Prepared::Auto).await;
    let test = "a_write_in_whose_middle_a_server_says_good_bye_is_unknown_and_is_not_run_again";
    if skip_on_cockroachdb(&db, test, "it ends a session with another code") {
        return;
    }
    // It is prepared, and then the server is in the middle of it.
    let write = async || {
        sql!("INSERT INTO notes SELECT $1, 'slow' FROM pg_sleep($2)", 7_i64, 30.0_f64).exec(&through).await
    };
    let end = async || {
        let end = async || {
            let (ended,): (i64,) = sql!(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                 WHERE wait_event = 'PgSleep' AND query LIKE 'INSERT INTO notes%' AND datname = current_database()"
            )
            .one(&*db)
            .await
            .expect("an answer");
            ended
        };
        until("the server is in the middle of it", 1, end).await;
    };
    let (ended, ()) = tokio::join!(write(), end());
    let error = ended.unwrap_err();
    assert!(error.is_outcome_unknown() && error.sqlstate() == Some("57P01"), "{error}");
    assert_eq!(Note::query().count(&db).await.unwrap(), 0);
}
