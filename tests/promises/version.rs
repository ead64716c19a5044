//! Promise 5: a write that names the version it has read takes effect on that version, once, or not at all.

use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::Fault;
use crdb_orm::testing::{FaultProxy, TestDb};
use crdb_orm::{CommitOutcome, Error};
use serde::{Deserialize, Serialize};

use crate::support::{all_are_back, proxied};

/// A text that several people edit.
#[derive(CrdbTable, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[crdb(table = "documents")]
struct Document {
    #[crdb(primary_key)]
    id: Uuid,
    text: String,
    #[crdb(version)]
    version: i64,
}

/// The same with a narrow version, a name that has to be quoted, and a key of two columns.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "Odd names", primary_key(a, b))]
struct Odd {
    a: Uuid,
    b: Uuid,
    text: String,
    #[crdb(version, column = "row version", default = 10)]
    version: i32,
}

const SCHEMA: Schema = Schema::new("versions").tables(&[Document::TABLE, Odd::TABLE, Ledger::TABLE]);

async fn documents() -> (TestDb, FaultProxy, Database) {
    let db = TestDb::new().await.expect("a database");
    db.create_schema(&SCHEMA).await.expect("the schema");
    let (proxy, through) = proxied(&db).await;
    (db, proxy, through)
}

async fn document(db: &Database) -> Document {
    Document::insert().text("first").one(db).await.expect("a document")
}

fn is_stale(error: &Error, words: &str) {
    assert!(error.is_stale() && !error.is_not_found(), "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[tokio::test]
async fn every_update_counts_and_the_first_version_is_one() {
    let (db, _, _) = documents().await;
    let first = document(&db).await;
    assert_eq!(first.version, 1);
    let second = Document::update(first.id).set(Document::TEXT, "second").one(&db).await.unwrap();
    assert_eq!((second.version, second.text.as_str()), (2, "second"));
    Document::filter(Document::ID.eq(first.id))
        .update()
        .set(Document::TEXT, "third")
        .exec(&db)
        .await
        .unwrap();
    let third = Document::find(first.id).one(&db).await.unwrap();
    assert_eq!(third.version, 3);
    // What is in the row that is given is not what is in the database.
    Document::upsert(&first).exec(&db).await.unwrap();
    let fourth = Document::find(first.id).one(&db).await.unwrap();
    assert_eq!(fourth, Document { version: 4, ..first });
    // Whoever sets it knows why.
    let set = Document::update(fourth.id).set(Document::VERSION, 100).one(&db).await.unwrap();
    assert_eq!(set.version, 100);
}

#[tokio::test]
async fn a_version_of_another_width_and_name_counts_too() {
    let (db, _, _) = documents().await;
    let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let odd = Odd::insert().a(a).b(b).text("x").one(&db).await.unwrap();
    assert_eq!(odd.version, 10);
    Odd::upsert(&odd).exec(&db).await.unwrap();
    let odd = Odd::update((a, b)).version(11).set(Odd::TEXT, "y").one(&db).await.unwrap();
    assert_eq!(odd.version, 12);
    is_stale(
        &Odd::delete((a, b)).version(11).exec(&db).await.unwrap_err(),
        "the row is at 12 and no longer at version 11",
    );
    assert!(Odd::delete((a, b)).version(12).exec(&db).await.unwrap());
}

#[tokio::test]
async fn a_row_that_has_changed_and_one_that_is_gone_are_told_apart_and_nothing_is_written() {
    let (db, _, _) = documents().await;
    let seen = document(&db).await;
    let update = || Document::update(seen.id).version(seen.version).set(Document::TEXT, "mine");
    Document::update(seen.id).set(Document::TEXT, "theirs").exec(&db).await.unwrap();
    let words = "the row is at 2 and no longer at version 1: nothing was written";
    is_stale(&update().exec(&db).await.unwrap_err(), words);
    is_stale(&update().one(&db).await.unwrap_err(), words);
    is_stale(&update().optional(&db).await.unwrap_err(), words);
    is_stale(&Document::delete(seen.id).version(seen.version).exec(&db).await.unwrap_err(), words);
    is_stale(&Document::delete(seen.id).version(seen.version).optional(&db).await.unwrap_err(), words);
    let in_transaction = db.transaction("edit", async |tx| update().exec(&tx).await).await;
    is_stale(&in_transaction.unwrap_err(), words);
    let there = Document::find(seen.id).one(&db).await.unwrap();
    assert_eq!((there.text.as_str(), there.version), ("theirs", 2));

    assert!(Document::delete(seen.id).version(2).exec(&db).await.unwrap());
    assert!(update().exec(&db).await.unwrap_err().is_not_found());
    assert!(update().one(&db).await.unwrap_err().is_not_found());
    assert_eq!(update().optional(&db).await.unwrap(), None);
    assert!(!Document::delete(seen.id).version(2).exec(&db).await.unwrap());
}

#[tokio::test]
async fn a_version_that_has_moved_is_told_under_a_key_and_where_it_may_be_run_again() {
    let (db, _, _) = documents().await;
    let seen = document(&db).await;
    Document::update(seen.id).set(Document::TEXT, "theirs").exec(&db).await.unwrap();
    let update = || Document::update(seen.id).version(seen.version).set(Document::TEXT, "mine");
    let delete = || Document::delete(seen.id).version(seen.version);
    let words = "the row is at 2 and no longer at version 1: nothing was written";
    is_stale(&update().rerun_if_unknown().exec(&db).await.unwrap_err(), words);
    is_stale(&update().rerun_if_unknown().one(&db).await.unwrap_err(), words);
    is_stale(&update().rerun_if_unknown().optional(&db).await.unwrap_err(), words);
    is_stale(&update().rerun_if_unknown().all(&db).await.unwrap_err(), words);
    is_stale(&delete().rerun_if_unknown().exec(&db).await.unwrap_err(), words);
    is_stale(&delete().rerun_if_unknown().one(&db).await.unwrap_err(), words);
    is_stale(&delete().rerun_if_unknown().optional(&db).await.unwrap_err(), words);
    is_stale(&delete().rerun_if_unknown().all(&db).await.unwrap_err(), words);
    // Each leaves the key free for the next.
    is_stale(&update().once("k").exec(&db).await.unwrap_err(), words);
    is_stale(&update().once("k").one(&db).await.unwrap_err(), words);
    is_stale(&update().once("k").optional(&db).await.unwrap_err(), words);
    is_stale(&update().once("k").all(&db).await.unwrap_err(), words);
    is_stale(&delete().once("k").exec(&db).await.unwrap_err(), words);
    is_stale(&delete().once("k").one(&db).await.unwrap_err(), words);
    is_stale(&delete().once("k").optional(&db).await.unwrap_err(), words);
    is_stale(&delete().once("k").all(&db).await.unwrap_err(), words);
    let there = Document::find(seen.id).one(&db).await.unwrap();
    assert_eq!((there.text.as_str(), there.version), ("theirs", 2));

    for replayed in [false, true] {
        let deleted = Document::delete(seen.id).version(2).once("k").exec(&db).await.unwrap();
        assert_eq!((*deleted, deleted.is_replayed()), (true, replayed));
    }
    // And gone is what it is without a key.
    assert!(update().once("gone").exec(&db).await.unwrap_err().is_not_found());
    assert_eq!(*update().once("gone").optional(&db).await.unwrap(), None);
    assert!(!*delete().once("gone").exec(&db).await.unwrap());
    assert!(update().rerun_if_unknown().one(&db).await.unwrap_err().is_not_found());
    assert!(!delete().rerun_if_unknown().exec(&db).await.unwrap());
}

#[tokio::test]
async fn a_version_that_has_moved_undoes_all_of_a_batch() {
    let (db, _, _) = documents().await;
    let seen = document(&db).await;
    Document::update(seen.id).set(Document::TEXT, "theirs").exec(&db).await.unwrap();
    let update = || Document::update(seen.id).version(1).set(Document::TEXT, "mine");
    let delete = || Document::delete(seen.id).version(1);
    let other = || Document::insert().text("beside").build();
    let words = "no row is at that version";
    is_stale(&db.batch((update(), other())).await.unwrap_err(), words);
    is_stale(&db.batch((delete(), other())).await.unwrap_err(), words);
    is_stale(&db.batch(vec![delete(), delete()]).await.unwrap_err(), words);
    is_stale(&db.batch((update().returning(Document::TEXT), other())).await.unwrap_err(), words);
    let columns = (Document::ID, Document::TEXT, Document::VERSION + 1);
    is_stale(&db.batch((other(), delete().returning(columns))).await.unwrap_err(), words);
    let inside = db.transaction("edit", async |tx| tx.batch((other(), delete())).await.map(drop)).await;
    is_stale(&inside.unwrap_err(), words);
    let returning = async |tx: Tx| tx.batch((other(), update().returning(Document::TEXT))).await.map(drop);
    is_stale(&db.transaction("edit", returning).await.unwrap_err(), words);
    assert_eq!(Document::query().count(&db).await.unwrap(), 1);

    let update = Document::update(seen.id).version(2).set(Document::TEXT, "mine");
    let (texts, ()) =
        db.batch((update.returning((Document::TEXT, Document::VERSION)), other())).await.unwrap();
    assert_eq!(texts, [("mine".to_owned(), 3)]);
    let (deleted, ()) = db.batch((Document::delete(seen.id).version(3), other())).await.unwrap();
    assert!(deleted);
    let again = (Document::delete(seen.id), other());
    assert_eq!(db.batch(again).await.unwrap(), (false, ()));
}

#[tokio::test]
async fn a_deferred_write_at_a_version_fails_the_transaction_when_the_row_has_changed() {
    let (db, _, _) = documents().await;
    let seen = document(&db).await;
    for version in [1, 1, 2] {
        let result = db
            .transaction("edit", async |tx| {
                Document::update(seen.id).version(version).set(Document::TEXT, "mine").defer(&tx);
                Ok(())
            })
            .await;
        let now = Document::find(seen.id).one(&db).await.unwrap().version;
        match (version, now, result) {
            (1, 2, Ok(())) | (2, 3, Ok(())) => {}
            (1, 2, Err(error)) => is_stale(&error, "no row is at that version"),
            other => panic!("{other:?}"),
        }
        if version == 1 && now == 2 {
            let deferred = async |tx: Tx| {
                Document::delete(seen.id).version(1_i64).defer(&tx);
                Ok(())
            };
            is_stale(&db.transaction("remove", deferred).await.unwrap_err(), "no row is at that version");
        }
    }
}

#[tokio::test]
async fn after_a_lost_answer_it_is_run_again_and_takes_effect_once() {
    let (db, proxy, through) = documents().await;
    let seen = document(&db).await;
    // It never arrived, and the second run is the first to be seen.
    proxy.on("UPDATE").strike(Fault::CutBeforeSend);
    let update = || Document::update(seen.id).version(seen.version).set(Document::TEXT, "mine");
    assert_eq!(update().one(&through).await.unwrap().version, 2);
    assert_eq!(proxy.pending(), 0);
    let delete = || Document::delete(seen.id).version(2_i64);
    proxy.on("DELETE").strike(Fault::CutBeforeSend);
    assert!(delete().exec(&through).await.unwrap());
    assert!(Document::query().limit(1).all(&db).await.unwrap().is_empty());
    all_are_back(&through).await;
}

#[tokio::test]
async fn when_the_version_has_moved_after_a_lost_answer_the_outcome_is_unknown() {
    let (db, proxy, through) = documents().await;
    let seen = document(&db).await;
    proxy.on("UPDATE").strike(Fault::CutAfterSend);
    let update = Document::update(seen.id).version(seen.version).set(Document::TEXT, "mine");
    let error = update.exec(&through).await.unwrap_err();
    assert_eq!(error.commit_outcome(), CommitOutcome::Unknown, "{error}");
    assert!(error.to_string().contains("by this write or by another"), "{error}");
    assert!(!error.is_stale() && !error.is_not_found());
    let there = Document::find(seen.id).one(&db).await.unwrap();
    assert_eq!((there.version, there.text.as_str(), proxy.pending()), (2, "mine", 0));
    all_are_back(&through).await;
}

#[tokio::test]
async fn of_many_writers_of_one_version_one_wins() {
    let (db, _, _) = documents().await;
    let seen = document(&db).await;
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let db = Database::clone(&db);
        let update = Document::update(seen.id).version(seen.version).set(Document::TEXT, format!("{writer}"));
        tasks.spawn(async move { update.exec(&db).await });
    }
    let (won, lost): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 7));
    for error in lost {
        is_stale(&error.unwrap_err(), "the row is at 2");
    }
}
