//! Promise 9: writes that travel with COMMIT are done with it, or not at all.

use crdb_orm::prelude::*;
use crdb_orm::{Result, Schema};

use crate::support::{numbers, proxied, read, rows, set};
use crdb_orm::testing::proxy::Fault;

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "n")]
pub(crate) struct Number {
    #[crdb(primary_key)]
    pub(crate) id: i64,
    pub(crate) v: i64,
}

const _: Schema = Schema::new("numbers").tables(&[Number::TABLE]);

#[tokio::test]
async fn deferred_writes_are_committed_in_their_order() {
    let db = numbers(2).await;
    db.transaction("defers", async |tx| {
        Number::update(1).set(Number::V, 5).defer(&tx);
        Number::update(1).add(Number::V, 2).defer(&tx);
        Number::filter(Number::ID.eq(2)).update().set(Number::V, 3).defer(&tx);
        Number::insert().id(9).v(1).build().defer(&tx);
        Sql::trusted("UPDATE n SET v = v * $1 WHERE id = 1").bind(10_i64).defer(&tx);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!((read(&db, 1).await.unwrap(), read(&db, 2).await.unwrap()), (70, 3));
    assert_eq!(read(&db, 9).await.unwrap(), 1);
}

#[tokio::test]
async fn a_deferred_write_by_key_that_finds_no_row_undoes_everything() {
    for delete in [false, true] {
        let db = numbers(1).await;
        let error = db
            .transaction("loses", async |tx| {
                Number::update(1).add(Number::V, -5).defer(&tx);
                if delete {
                    Number::delete(404).defer(&tx);
                } else {
                    Number::update(404).add(Number::V, 5).defer(&tx);
                }
                Ok(())
            })
            .await
            .unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.table(), Some("n"));
        assert!(error.to_string().contains("deferred"), "{error}");
        assert_eq!(read(&db, 1).await.unwrap(), 0, "the other write is undone");
    }
}

#[tokio::test]
async fn a_deferred_write_that_fails_is_the_error_and_nothing_is_committed() {
    let db = numbers(1).await;
    let error = db
        .transaction("fails", async |tx| {
            Number::insert().id(2).v(0).build().defer(&tx);
            Number::insert().id(1).v(0).build().defer(&tx);
            Number::insert().id(3).v(0).build().defer(&tx);
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "the first failure, not its echo: {error}");
    assert_eq!(rows(&db).await, 1);
    assert_eq!(db.stats().commits, 0);
    crate::support::all_are_back(&db).await;
}

#[tokio::test]
async fn a_later_statement_sees_what_was_deferred() {
    let db = numbers(1).await;
    let seen = db
        .transaction("sees", async |tx| {
            Number::update(1).set(Number::V, 42).defer(&tx);
            let seen = Number::find(1).one(&tx).await?.v;
            Number::update(1).add(Number::V, 1).defer(&tx);
            Ok((seen, Number::filter(Number::V.eq(43)).count(&tx).await?))
        })
        .await
        .unwrap();
    assert_eq!(seen, (42, 1));
    assert_eq!(read(&db, 1).await.unwrap(), 43);
}

#[tokio::test]
async fn what_is_deferred_in_a_savepoint_goes_with_it() {
    let db = numbers(1).await;
    db.transaction("scopes", async |tx| {
        Number::update(1).add(Number::V, 1).defer(&tx);
        let undone: Result<()> = tx
            .savepoint(async |sp| {
                Number::update(1).add(Number::V, 10).defer(&sp);
                Err(Number::find(404).one(&sp).await.unwrap_err())
            })
            .await;
        assert!(undone.unwrap_err().is_not_found());
        tx.savepoint(async |sp| {
            Number::update(1).add(Number::V, 100).defer(&sp);
            Ok(())
        })
        .await
    })
    .await
    .unwrap();
    assert_eq!(read(&db, 1).await.unwrap(), 101);
}

#[tokio::test]
async fn deferred_writes_are_written_again_when_the_transaction_is() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::Fail("40001".into()));
    through
        .transaction("again", async |tx| {
            Number::update(1).add(Number::V, 1).defer(&tx);
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!((read(&db, 1).await.unwrap(), proxy.count("COMMIT")), (1, 2));
}

#[tokio::test]
async fn a_conflict_that_a_deferred_write_meets_is_retried() {
    let db = numbers(1).await;
    db.transaction("conflict", async |tx| {
        let v = read(&tx, 1).await?;
        if tx.attempt() == 1 {
            set(&db.outside(), 1, 100).await?;
        }
        Number::update(1).set(Number::V, v + 1).defer(&tx);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(read(&db, 1).await.unwrap(), 101);
    assert_eq!(db.stats().attempts, 2);
}

#[tokio::test]
async fn a_lost_answer_to_deferred_writes_and_commit_is_unknown() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let error = through
        .transaction("lost", async |tx| {
            Number::update(1).add(Number::V, 1).defer(&tx);
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(read(&db, 1).await.unwrap(), 1, "it was done once");
}

#[tokio::test]
async fn a_connection_that_breaks_at_a_deferred_write_is_unknown_since_commit_followed_it() {
    let db = numbers(1).await;
    let (proxy, through) = proxied(&db).await;
    // Prepared, so that the write itself travels with COMMIT.
    let write = async |tx: Tx| {
        Number::update(1).add(Number::V, 1).defer(&tx);
        Ok(())
    };
    through.transaction("warm", write).await.unwrap();
    assert_eq!(proxy.count("COMMIT"), 1);
    proxy.on("; COMMIT").strike(Fault::CutBeforeSend);
    let error = through.transaction("cut", write).await.unwrap_err();
    assert!(error.is_outcome_unknown(), "{error}");
    assert_eq!(read(&db, 1).await.unwrap(), 1);
}

#[tokio::test]
async fn a_write_that_cannot_be_made_keeps_the_transaction_from_being_committed() {
    let db = numbers(1).await;
    let error = db
        .transaction("nothing to set", async |tx| {
            set(&tx, 1, 9).await?;
            Number::update(1).defer(&tx);
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(error.is_invalid_statement(), "{error}");
    assert_eq!(read(&db, 1).await.unwrap(), 0);
}

#[tokio::test]
async fn a_deferred_write_that_fails_is_called_so_and_named() {
    let db = numbers(1).await;
    let errors = [
        // With COMMIT.
        db.transaction("pays", async |tx| {
            Number::insert().id(1).v(0).build().defer(&tx);
            Ok(())
        })
        .await
        .unwrap_err(),
        // While it is prepared.
        db.transaction("pays", async |tx| {
            Sql::trusted("UPDATE n SET w = 1").defer(&tx);
            Ok(())
        })
        .await
        .unwrap_err(),
        // Before another statement, whose closure ignores that it failed, too.
        db.transaction("pays", async |tx| {
            Number::insert().id(1).v(0).build().defer(&tx);
            drop(Number::find(1).one(&tx).await);
            Ok(())
        })
        .await
        .unwrap_err(),
    ];
    for error in errors {
        let shown = error.to_string();
        assert!(
            shown.starts_with("transaction `pays` was rolled back, since a deferred write failed: "),
            "{shown}"
        );
        assert!(error.table() == Some("n") || shown.contains("(sql"), "{shown}");
        assert!(error.is_unique_violation() || error.is_undefined_column(), "{shown}");
    }
}
