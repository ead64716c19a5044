//! A statement that is refused before it is sent fails its transaction, even where its error is ignored.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::{Explain as _, Select};

use crate::tables::{Customer, Order, Plain, database, proxied};

/// A transaction that ignores the error of a statement and goes on.
macro_rules! refused {
    ($db:expr, |$tx:ident| $statement:expr) => {{
        let result = $db
            .transaction("ignored", async |$tx| {
                let error = $statement.await.err().expect("it is refused");
                assert!(error.is_invalid_statement(), "{error}");
                Plain::insert().id(1).n(1).exec(&$tx).await.ok();
                Ok(())
            })
            .await;
        let error = result.expect_err(stringify!($statement));
        assert!(error.is_invalid_statement(), "{}: {error}", stringify!($statement));
        assert_eq!(Plain::query().count(&$db).await?, 0, stringify!($statement));
    }};
}

#[tokio::test]
async fn a_statement_that_is_refused_before_it_is_sent_fails_its_transaction() -> Result<()> {
    let db = database().await?;
    // None of these sets a column.
    let by_key = || Plain::update(7);
    let of_all = || Plain::query().update();
    let joined = || Order::query().join(Order::CUSTOMER_ID.joins(Customer::ID)).update();
    refused!(db, |tx| by_key().exec(&tx));
    refused!(db, |tx| by_key().one(&tx));
    refused!(db, |tx| by_key().optional(&tx));
    refused!(db, |tx| by_key().returning(Plain::N).all(&tx));
    refused!(db, |tx| by_key().rerun_if_unknown().exec(&tx));
    refused!(db, |tx| by_key().rerun_if_unknown().optional(&tx));
    refused!(db, |tx| of_all().exec(&tx));
    refused!(db, |tx| of_all().all(&tx));
    refused!(db, |tx| of_all().rerun_if_unknown().all(&tx));
    refused!(db, |tx| of_all().returning(Plain::N).optional(&tx));
    refused!(db, |tx| joined().exec(&tx));
    refused!(db, |tx| joined().all(&tx));
    refused!(db, |tx| joined().returning(Customer::NAME).all(&tx));
    refused!(db, |tx| by_key().explain(&tx));
    refused!(db, |tx| tx.batch((Plain::insert().id(2).n(2), by_key())));
    // It has no such order.
    let limited = || Plain::query().limit(1).delete();
    refused!(db, |tx| limited().exec(&tx));
    refused!(db, |tx| limited().all(&tx));
    // A value is missing.
    let uncounted = || Sql::trusted("UPDATE plain SET n = $1");
    refused!(db, |tx| uncounted().exec(&tx));
    refused!(db, |tx| uncounted().all::<(i64,), _>(&tx));
    // A savepoint that is undone takes the failure with it.
    db.transaction("mended", async |tx| {
        tx.savepoint(async |tx| by_key().exec(&tx).await).await.expect_err("it sets nothing");
        Plain::insert().id(1).n(1).exec(&tx).await
    })
    .await?;
    assert_eq!(Plain::query().count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_batch_of_nothing_sends_nothing() -> Result<()> {
    let db = database().await?;
    let (proxy, through) = proxied(&db).await?;
    proxy.take_round_trips();
    assert_eq!(through.batch(Vec::<Select<Plain>>::new()).await?, [[]; 0]);
    let none = through.transaction("none", async |tx| tx.batch(Vec::<Select<Plain>>::new()).await).await?;
    assert_eq!((none, proxy.take_round_trips()), (Vec::<Vec<Plain>>::new(), 0));
    Ok(())
}
