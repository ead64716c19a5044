//! Different statements in one round trip, with typed results.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::{count_rows, whole};
use crdb_orm::testing::FaultProxy;
use crdb_orm::testing::proxy::Fault;

use crate::tables::{Customer, Document, Given, Plain, database, proxied};

/// The round trips of the second run, when everything is prepared.
async fn round_trips(proxy: &FaultProxy, run: impl AsyncFn() -> Result<()>) -> Result<usize> {
    run().await?;
    proxy.take_round_trips();
    run().await?;
    Ok(proxy.take_round_trips())
}

#[tokio::test]
async fn each_statement_has_its_result_and_sees_those_before_it() -> Result<()> {
    let db = database().await?;
    let id = Uuid::new_v4();
    Plain::insert_many((1..=5).map(|n| Plain::insert().id(n).n(n))).exec(&db).await?;
    let results = db
        .batch((
            Customer::insert().id(id).name("Ann"),
            Customer::find(id),
            Plain::update(1).add(Plain::N, 10),
            Plain::filter(Plain::N.gt(3)).update().add(Plain::N, 1),
            Plain::delete(2),
            Plain::delete(99),
            Plain::filter(Plain::N.gt(3)).order_by(Plain::ID.asc()).select((Plain::ID, Plain::N)),
            Plain::filter(Plain::ID.eq(5)).delete().returning(whole::<Plain>()),
        ))
        .await?;
    let ((), ann, (), changed, gone, none, values, returned) = results;
    assert_eq!(ann.map(|ann| ann.name), Some("Ann".to_owned()));
    assert_eq!((changed, gone, none), (3, true, false));
    assert_eq!(values, [(1, 12), (4, 5), (5, 6)]);
    assert_eq!(returned.iter().map(|row| (row.id, row.n)).collect::<Vec<_>>(), [(5, 6)]);
    let counted = db.batch((Plain::query().select(count_rows::<Plain>()), Plain::find(1))).await?;
    assert_eq!((counted.0, counted.1.map(|row| row.n)), (vec![3], Some(12)));
    Ok(())
}

#[tokio::test]
async fn reads_wait_once_and_writes_twice() -> Result<()> {
    let db = database().await?;
    Plain::insert_many((1..=2).map(|n| Plain::insert().id(n).n(n))).exec(&db).await?;
    let (proxy, through) = proxied(&db).await?;
    let reads = async || through.batch((Plain::find(1), Plain::query())).await.map(drop);
    assert_eq!(round_trips(&proxy, reads).await?, 1);
    let writes = async || {
        let both = (Plain::update(1).add(Plain::N, 1), Plain::update(2).add(Plain::N, 1), Plain::find(1));
        through.batch(both).await.map(drop)
    };
    assert_eq!(round_trips(&proxy, writes).await?, 2);
    Ok(())
}

#[tokio::test]
async fn in_a_transaction_it_is_one_round_trip() -> Result<()> {
    let db = database().await?;
    Plain::insert_many((1..=2).map(|n| Plain::insert().id(n).n(n))).exec(&db).await?;
    let (proxy, through) = proxied(&db).await?;
    let steps = || {
        (Plain::update(1).add(Plain::N, 1), Plain::find(1), Plain::update(2).add(Plain::N, 1), Plain::query())
    };
    let run = async || {
        through
            .transaction("together", async |tx| {
                Plain::find(1).one(&tx).await?;
                let ((), one, (), _) = tx.batch(steps()).await?;
                // What was written before is seen.
                assert_eq!(one.map(|row| row.n), Some(Plain::find(1).one(&tx).await?.n));
                Ok(())
            })
            .await
    };
    // The first read with BEGIN, the batch, the second read, COMMIT.
    assert_eq!(round_trips(&proxy, run).await?, 4);
    // The same statements by hand go together as well: a connection is a pipeline.
    let joined = async || {
        through
            .transaction("joined", async |tx| {
                Plain::find(1).one(&tx).await?;
                try_join!(
                    Plain::update(1).add(Plain::N, 1).exec(&tx),
                    Plain::find(2).one(&tx),
                    Plain::update(2).add(Plain::N, 1).exec(&tx)
                )?;
                Ok(())
            })
            .await
    };
    assert_eq!(round_trips(&proxy, joined).await?, 3);
    Ok(())
}

#[tokio::test]
async fn at_the_beginning_of_a_transaction_a_read_behind_a_write_sees_it() -> Result<()> {
    let db = database().await?;
    Plain::insert().id(1).n(1).exec(&db).await?;
    for _ in 0..2 {
        let before = Plain::find(1).one(&db).await?.n;
        let after = db
            .transaction("first", async |tx| {
                let ((), row) = tx.batch((Plain::update(1).add(Plain::N, 1), Plain::find(1))).await?;
                Ok(row.map(|row| row.n))
            })
            .await?;
        assert_eq!(after, Some(before + 1));
    }
    Ok(())
}

#[tokio::test]
async fn all_take_effect_or_none() -> Result<()> {
    let db = database().await?;
    Plain::insert().id(1).n(1).exec(&db).await?;
    let add = || Plain::update(1).add(Plain::N, 1);
    let twice = db.batch((add(), Plain::insert().id(1).n(1).build())).await.expect_err("it is there");
    assert!(twice.is_unique_violation(), "{twice}");
    let gone = db.batch((add(), Plain::update(2).add(Plain::N, 1))).await.expect_err("there is no such row");
    assert!(gone.is_not_found(), "{gone}");
    Given::insert().id(1).n(1).exec(&db).await?;
    let stale = Given::update(1).version(9).add(Given::N, 1);
    assert!(db.batch((add(), stale)).await.expect_err("of another version").is_stale());
    let empty = db.batch((add(), Plain::update(1))).await.expect_err("it sets nothing");
    assert!(empty.is_invalid_statement(), "{empty}");
    assert_eq!(Plain::find(1).one(&db).await?.n, 1);
    Ok(())
}

#[tokio::test]
async fn a_serialization_failure_runs_all_again_and_a_lost_commit_is_unknown() -> Result<()> {
    let db = database().await?;
    Plain::insert().id(1).n(0).exec(&db).await?;
    let (proxy, through) = proxied(&db).await?;
    let steps = || (Plain::update(1).add(Plain::N, 1), Plain::find(1));
    proxy.on("COMMIT").strike(Fault::Fail("40001".into()));
    let ((), row) = through.batch(steps()).await?;
    assert_eq!((row.map(|row| row.n), Plain::find(1).one(&db).await?.n), (Some(1), 1));
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    assert!(through.batch(steps()).await.expect_err("nobody knows").is_outcome_unknown());
    assert_eq!(Plain::find(1).one(&db).await?.n, 2);
    proxy.on("UPDATE").strike(Fault::CutBeforeSend);
    let lost = through.batch(steps()).await;
    let n = Plain::find(1).one(&db).await?.n;
    match lost {
        // COMMIT was on its way.
        Err(error) => assert!(error.is_outcome_unknown() && n == 2, "{error}"),
        Ok(((), row)) => assert!(row.is_some_and(|row| row.n == 3) && n == 3),
    }
    Ok(())
}

#[tokio::test]
async fn a_result_that_does_not_fit_is_told_with_what_is_committed() -> Result<()> {
    let db = database().await?;
    let it = Document::insert().name("x").one(&db).await?;
    db.run_ddl(&[
        "ALTER TABLE documents DROP COLUMN text",
        "ALTER TABLE documents ADD COLUMN text INT8 DEFAULT 1",
    ])
    .await?;
    let error = db
        .batch((Plain::insert().id(1).n(1).build(), Document::find(it.id)))
        .await
        .expect_err("of another type");
    assert_eq!(error.commit_outcome(), crdb_orm::CommitOutcome::Committed, "{error}");
    assert_eq!(Plain::query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn statements_of_one_kind_are_as_many_as_there_are() -> Result<()> {
    let db = database().await?;
    let insert = |n: i64| Plain::insert().id(n).n(n).build();
    let written: Vec<()> = db.batch((1..=20).map(insert).collect::<Vec<_>>()).await?;
    assert_eq!(written.len(), 20);
    let changed = db.batch((1..=20).map(|n| Plain::update(n).add(Plain::N, n)).collect::<Vec<_>>()).await?;
    assert_eq!(changed.len(), 20);
    let found = db.batch((1..=3).map(Plain::find).collect::<Vec<_>>()).await?;
    let values: Vec<_> = found.iter().map(|row| row.as_ref().map(|row| row.n)).collect();
    assert_eq!(values, [Some(2), Some(4), Some(6)]);
    // One that fails undoes all.
    let failed = db.batch([21, 1].map(insert).into_iter().collect::<Vec<_>>()).await;
    assert!(failed.expect_err("it is there").is_unique_violation());
    assert_eq!(Plain::query().count(&db).await?, 20);
    let none: Vec<Option<Plain>> = db.batch(Vec::<crdb_orm::query::Find<Plain>>::new()).await?;
    assert_eq!(none, []);
    let none =
        db.transaction("none", async |tx| tx.batch(Vec::<crdb_orm::query::Find<Plain>>::new()).await).await?;
    assert_eq!(none, []);
    Ok(())
}
