//! A statement that is refused before it is sent fails its transaction, even where its error is ignored.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::{Explain as _, Filter, Select};

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

/// All of the conditions of a search are optional, and none was given.
#[tokio::test]
async fn a_filter_without_conditions_writes_no_row_and_says_how_all_are_meant() -> Result<()> {
    let db = database().await?;
    Plain::insert().id(1).n(1).exec(&db).await?;
    let none = || Filter::all([None::<Filter<Plain>>]);
    let open = || Filter::always().and_some(None, |n: i64| Plain::N.eq(n));
    let error = Plain::filter(none()).delete().exec(&db).await.expect_err("it would delete every row");
    assert!(error.is_invalid_statement(), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("its filter holds no condition, so it would delete every row in its reach"),
        "{text}"
    );
    assert!(text.contains("leave `.filter(..)` out"), "{text}");
    let joined =
        || Order::query().join(Order::CUSTOMER_ID.joins(Customer::ID)).filter(Filter::<Order>::always());
    for error in [
        Plain::filter(none()).filter(open()).update().set(Plain::N, 2).exec(&db).await.err(),
        Plain::filter(open()).update().set(Plain::N, 2).in_batches().exec(&db).await.err(),
        Plain::filter(open()).delete().in_batches().exec(&db).await.err(),
        Plain::filter(none().or(Plain::N.eq(7))).delete().exec(&db).await.err(),
        Plain::filter(!Filter::any([None::<Filter<Plain>>])).delete().exec(&db).await.err(),
        Plain::filter(none()).delete().returning(Plain::N).all(&db).await.err(),
        joined().delete().exec(&db).await.err(),
        joined().update().set(Order::CUSTOMER_ID, Order::CUSTOMER_ID).exec(&db).await.err(),
    ] {
        let error = error.expect("it is refused");
        assert!(error.to_string().contains("its filter holds no condition"), "{error}");
    }
    assert_eq!(Plain::filter(none()).all(&db).await?.len(), 1, "a read reads them all");
    assert_eq!(Plain::filter(open().and(Plain::N.eq(1))).update().set(Plain::N, 3).exec(&db).await?, 1);
    assert_eq!(Plain::query().delete().exec(&db).await?, 1, "so all are meant");
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
