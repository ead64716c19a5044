//! Through the handle of one tenant the database is as if there were nobody else: every terminal answers the same, and
//! nothing of the others changes.

use std::fmt::Debug;
use std::time::Duration;

use crdb_orm::prelude::*;
use crdb_orm::query::{Explain as _, on, whole, with};
use crdb_orm::testing::proxy::Fault;
use crdb_orm::testing::{FaultProxy, TestDb, assert_no_full_scan};
use crdb_orm::{Reaches, Result, Scoped, Tenant};

use crate::tables::{
    A, B, Country, Customer, Order, OrderTag, Sale, Tag, TenantId, empty, filled, id, order_id, populate,
};

pub(crate) trait OfTenant: Write + Reaches<Tenant<TenantId>> {}
impl<X: Write + Reaches<Tenant<TenantId>> + ?Sized> OfTenant for X {}

crdb_orm::cte! { Spent as "spent" { customer_id: i64, total: Option<i64> } }
crdb_orm::cte! { Gone as "gone" { id: Uuid } }
crdb_orm::alias!(Other = Order as "other");

/// What is answered, without the times of deletions.
pub(crate) fn told<T: Debug>(result: Result<T>) -> String {
    match result {
        Ok(value) => {
            let text = format!("{value:?}");
            let mut parts = text.split("deleted_at: Some(");
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |all, part| {
                all + "deleted_at: Some" + part.split_once(')').map_or("", |(_, rest)| rest)
            })
        }
        Err(error) => format!("{error}"),
    }
}

#[derive(CrdbPatch)]
#[crdb(table = Order)]
struct OrderPatch {
    total: Option<i64>,
}

#[allow(clippy::too_many_lines, clippy::match_same_arms, reason = "a line for each terminal")]
/// Case `n` on an executor, with ids of A and of B; `None` after the last one.
async fn case(x: &dyn OfTenant, n: usize) -> Option<String> {
    let (own, other) = (order_id(A, 2), order_id(B, 2));
    let by_id = || Order::ID.asc();
    let whole_order = |id: Uuid| Order {
        id,
        tenant_id: A,
        customer_id: 1,
        total: 3,
        number: 500,
        marks: Vec::new(),
        deleted_at: None,
    };
    Some(match n {
        // Reads.
        0 => told(Order::order_by(by_id()).all(x).await),
        1 => told(Order::find(own).one(x).await),
        2 => told(Order::find(other).optional(x).await),
        3 => told(Order::find(other).one(x).await),
        4 => told(Order::find(other).exists(x).await),
        5 => told(Order::find(order_id(B, 6)).with_deleted().optional(x).await),
        6 => told(Order::find(order_id(B, 6)).only_deleted().optional(x).await),
        7 => told(Order::find(order_id(A, 6)).only_deleted().one(x).await),
        8 => told(Customer::find((B, 1)).optional(x).await),
        9 => told(Customer::find((A, 1)).one(x).await),
        10 => told(Order::filter(Order::ID.eq(other).or(Order::TOTAL.gt(20))).order_by(by_id()).all(x).await),
        11 => told(Order::filter(Order::TENANT_ID.eq(B)).count(x).await),
        12 => told(Order::query().count(x).await),
        13 => told(Order::query().limit(3).count(x).await),
        14 => told(Order::query().with_deleted().count(x).await),
        15 => told(Order::query().only_deleted().count(x).await),
        16 => told(Order::filter(Order::ID.eq(other)).exists(x).await),
        17 => told(Order::query().sum(Order::TOTAL, x).await),
        18 => told(Order::query().avg(Order::TOTAL, x).await),
        19 => told(Order::query().max(Order::ID, x).await),
        20 => told(Order::query().min(Order::ID, x).await),
        21 => told(Order::order_by(Order::ID.desc()).first(x).await),
        22 => told(Order::filter(Order::NUMBER.eq(1)).one(x).await),
        23 => told(Order::filter(Order::NUMBER.eq(1)).optional(x).await),
        24 => told(Order::order_by(by_id()).page(2).fetch(x).await.map(|page| page.rows)),
        25 => {
            let mut walk = Order::order_by(by_id()).page(2).walk(x);
            let mut pages = Vec::new();
            while let Ok(Some(page)) = walk.next().await {
                pages.push(page);
            }
            told(Ok(pages))
        }
        26 => told(Order::query().select((Order::TOTAL.sum(), Order::ID.count())).one(x).await),
        27 => {
            let groups =
                Order::query().select((Order::CUSTOMER_ID, Order::ID.count())).group_by(Order::CUSTOMER_ID);
            told(groups.order_by(Order::CUSTOMER_ID.asc()).all(x).await)
        }
        28 => {
            let joined = Order::query().join(Order::CUSTOMER_ID.joins(Customer::ID));
            told(joined.select((Order::ID, whole::<Customer>())).order_by(by_id()).all(x).await)
        }
        29 => {
            let joined = Country::query().left_join(Country::ID.joins(Customer::COUNTRY_ID));
            told(joined.select((Country::ID, Customer::NAME)).order_by(Customer::NAME.asc()).all(x).await)
        }
        30 => {
            let on = on::<Other, _>(Order::CUSTOMER_ID.equals(Order::CUSTOMER_ID.under::<Other>()));
            let pairs = Order::query().join(on).select((Order::ID, Order::ID.under::<Other>()));
            told(pairs.all(x).await.map(|pairs| pairs.len()))
        }
        31 => {
            let there = Customer::filter(Customer::NAME.eq("c3"))
                .exists_with(Customer::COUNTRY_ID.joins(Country::ID));
            told(Country::filter(there).all(x).await)
        }
        32 => {
            let ids = Customer::query().select(Customer::ID);
            told(Order::filter(Order::CUSTOMER_ID.in_query(ids)).count(x).await)
        }
        33 => {
            let most = Order::query().select(Order::TOTAL.max()).scalar::<Country>();
            told(Country::query().select((Country::ID, most)).all(x).await)
        }
        34 => {
            let spent =
                Order::query().select((Order::CUSTOMER_ID, Order::TOTAL.sum())).group_by(Order::CUSTOMER_ID);
            let all =
                with(spent.named::<Spent>()).from::<Spent>().select((Spent::customer_id(), Spent::total()));
            told(all.order_by(Spent::customer_id().asc()).all(x).await)
        }
        // Relations.
        35 => {
            told(Customer::order_by(Customer::ID.asc()).with(Customer::ORDERS.order_by(by_id())).all(x).await)
        }
        36 => told(Customer::find((A, 1)).with(Customer::ORDERS.order_by(by_id()).limit(2)).one(x).await),
        37 => told(Order::order_by(by_id()).with(Order::CUSTOMER).all(x).await),
        38 => told(Order::order_by(by_id()).with(Order::TAGS).with(Order::TAGS.limit(1)).all(x).await),
        39 => told(Country::query().with(Country::CUSTOMERS.order_by(Customer::ID.asc())).all(x).await),
        40 => told(
            Country::query()
                .with(Country::CUSTOMERS.with(Customer::ORDERS))
                .all(x)
                .await
                .map(|all| all.len()),
        ),
        41 => told(Country::filter(Country::CUSTOMERS.any(Customer::NAME.eq("c3"))).count(x).await),
        42 => told(Country::filter(Country::CUSTOMERS.none(Customer::NAME.eq("c1"))).count(x).await),
        43 => told(Order::filter(Order::TAGS.exists()).order_by(by_id()).all(x).await),
        44 => {
            let customers = Customer::order_by(Customer::ID.asc()).all(x).await.unwrap_or_default();
            told(Customer::ORDERS.with_deleted().order_by(by_id()).load(&customers, x).await)
        }
        // A row of another tenant that somebody still has in memory.
        45 => {
            let row = Customer {
                tenant_id: B,
                id: 1,
                name: String::new(),
                country_id: None,
                deleted_at: None,
                version: 1,
            };
            told(Customer::ORDERS.load(std::slice::from_ref(&row), x).await)
        }
        // Writes by ids of B.
        46 => told(Order::update(other).set(Order::TOTAL, -1).exec(x).await),
        47 => told(Order::update(other).set(Order::TOTAL, -1).one(x).await),
        48 => told(Order::update(other).set(Order::TOTAL, -1).optional(x).await),
        49 => told(Order::update(other).add(Order::TOTAL, 1).returning(Order::ID).all(x).await),
        50 => told(Customer::update((B, 1)).version(1).set(Customer::NAME, "x").exec(x).await),
        51 => told(Order::filter(Order::ID.eq(other)).update().set(Order::TOTAL, -1).exec(x).await),
        52 => told(Order::update_many([(other, OrderPatch { total: Some(-1) })]).exec(x).await),
        53 => told(Order::update_many([whole_order(other)]).exec(x).await),
        54 => told(Order::delete(other).exec(x).await),
        55 => told(Order::delete(other).optional(x).await),
        56 => told(Order::delete(other).returning(Order::ID).all(x).await),
        57 => told(Order::delete(other).hard().exec(x).await),
        58 => told(Customer::delete((B, 1)).version(1).exec(x).await),
        59 => told(Customer::delete((B, 3)).version(2).hard().exec(x).await),
        60 => told(Order::restore(order_id(B, 6)).exec(x).await),
        61 => told(Order::filter(Order::ID.eq(other)).delete().exec(x).await),
        62 => told(Order::filter(Order::ID.eq(other)).delete().hard().all(x).await),
        63 => told(OrderTag::delete((order_id(B, 1), id(0xb))).exec(x).await),
        64 => told(Order::update(other).set(Order::TOTAL, -1).rerun_if_unknown().exec(x).await),
        // Writes of everything.
        65 => told(Order::query().update().add(Order::TOTAL, 1).exec(x).await),
        66 => told(Order::query().update().add(Order::TOTAL, 1).all(x).await.map(|rows| rows.len())),
        67 => told(
            Order::query()
                .update()
                .set(Order::TOTAL, 7)
                .returning(Order::ID)
                .all(x)
                .await
                .map(|ids| ids.len()),
        ),
        68 => told(Order::query().with_deleted().update().add(Order::TOTAL, 1).exec(x).await),
        69 => told(
            Order::query()
                .update()
                .set(Order::TOTAL, 5)
                .rerun_if_unknown()
                .all(x)
                .await
                .map(|rows| rows.len()),
        ),
        70 => {
            let gone = Order::filter(Order::NUMBER.eq(5)).delete().returning((Order::ID,));
            match gone.named::<Gone>() {
                Ok(gone) => told(with(gone).from::<Gone>().select(Gone::id()).all(x).await),
                Err(error) => told::<()>(Err(error)),
            }
        }
        71 => told(Order::filter(Order::NUMBER.eq(4)).delete().hard().exec(x).await),
        // New rows.
        72 => told(Order::insert().id(id(9001)).customer_id(1).total(1).number(901).one(x).await),
        73 => told(Order::insert().id(id(9002)).customer_id(1).total(1).number(902).exec(x).await),
        74 => {
            let new = |n: i64| {
                Order::insert().id(id(9000 + u128::from(n.unsigned_abs()))).customer_id(1).total(n).number(n)
            };
            told(Order::insert_many((11..13).map(new)).all(x).await)
        }
        75 => {
            let new = |n: i64| {
                let new = Order::insert()
                    .id(id(9000 + u128::from(n.unsigned_abs())))
                    .customer_id(1)
                    .total(n)
                    .number(n);
                new.marks(vec!["a".to_owned(), "b".to_owned()])
            };
            told(Order::insert_many((21..23).map(new)).all(x).await)
        }
        76 => told(Order::upsert(&whole_order(id(9001))).one(x).await),
        77 => told(Order::upsert_many([whole_order(id(9001))]).exec(x).await),
        // The numbers of B are free for A, and those of A are not.
        78 => {
            let new = Order::insert().id(id(9031)).customer_id(1).total(1).number(500).build();
            told(
                new.on_conflict(Order::ORDERS_NUMBER)
                    .do_update_with(|row| row.set(Order::TOTAL, 77))
                    .one(x)
                    .await,
            )
        }
        79 => {
            let new = Order::insert().id(id(9032)).customer_id(1).total(1).number(500).build();
            told(new.on_conflict(Order::ORDERS_NUMBER).do_nothing().exec(x).await)
        }
        80 => told(Tag::insert().id(id(9041)).name("mine").build().or_ignore().optional(x).await),
        81 => told(OrderTag::insert().order_id(order_id(A, 2)).tag_id(id(0xa)).one(x).await),
        82 => told(Order::restore(order_id(A, 6)).one(x).await),
        83 => told(Order::query().only_deleted().delete().hard().exec(x).await),
        84 => told(Order::order_by(by_id()).all(x).await),
        85 => told(Customer::query().delete().exec(x).await),
        86 => told(Customer::query().with_deleted().order_by(Customer::ID.asc()).all(x).await),
        87 => told(OrderTag::query().delete().exec(x).await),
        88 => told(Order::query().with_deleted().delete().hard().exec(x).await),
        // Many rows, that return something of them: of arrays and without, of a tenant that is given and that is not.
        89 => {
            let new = |n: i64| Order::insert().id(order_id(A, 70 + n)).customer_id(1).total(n).number(n);
            let what = (Order::TOTAL + 100_i64, Order::TENANT_ID, Order::MARKS);
            told(Order::insert_many((1..4).map(new)).batch_rows(2).returning(what).all(x).await)
        }
        90 => {
            let new = |n: i64| {
                let new = Order::insert().id(order_id(A, 80 + n)).customer_id(1).total(n);
                new.number(10 + n).marks(vec![n.to_string()])
            };
            let what = (Order::MARKS, Order::TOTAL + 100_i64);
            told(Order::insert_many((1..4).map(new)).returning(what).all(x).await)
        }
        91 => {
            let row = |n, total| Order { total, ..whole_order(order_id(A, n)) };
            let rows = [row(72, 7), Order { number: 600, ..row(73, 8) }];
            told(Order::upsert_many(rows).returning((Order::TOTAL + 100_i64, Order::ID)).all(x).await)
        }
        92 => {
            let changes = [72, 73, 99].map(|n| (order_id(A, n), OrderPatch { total: Some(5) }));
            let theirs = [(other, OrderPatch { total: Some(5) })];
            let update = Order::update_many(changes.into_iter().chain(theirs));
            told(update.returning((Order::TOTAL + 100_i64, Order::NUMBER)).all(x).await)
        }
        _ => return None,
    })
}

/// All that belongs to B.
pub(crate) async fn of_b(db: &Database) -> Result<String> {
    let all = db.all_tenants("a test looks at what is not to change");
    let orders =
        Order::filter(Order::TENANT_ID.eq(B)).with_deleted().order_by(Order::ID.asc()).all(&all).await?;
    let customers = Customer::filter(Customer::TENANT_ID.eq(B))
        .with_deleted()
        .order_by(Customer::ID.asc())
        .all(&all)
        .await?;
    let tags = Tag::filter(Tag::TENANT_ID.eq(B)).order_by(Tag::ID.asc()).all(&all).await?;
    let between =
        OrderTag::filter(OrderTag::TENANT_ID.eq(B)).order_by(OrderTag::TAG_ID.asc()).all(&all).await?;
    let sales =
        Sale::filter(Sale::TENANT_ID.eq(B)).with_deleted().order_by(Sale::NUMBER.asc()).all(&all).await?;
    assert_eq!((orders.len(), customers.len(), tags.len(), between.len(), sales.len()), (6, 3, 1, 1, 3));
    Ok(format!("{orders:?} {customers:?} {tags:?} {between:?} {sales:?}"))
}

/// The same data of A, with B beside it and without.
pub(crate) async fn both() -> Result<(TestDb, TestDb)> {
    let alone = empty().await?;
    populate(&alone, &[A]).await?;
    Ok((filled().await?, alone))
}

#[tokio::test]
async fn every_statement_answers_as_if_there_were_nobody_else() -> Result<()> {
    let (shared, alone) = both().await?;
    let (with_others, alone) = (shared.scoped(A), alone.scoped(A));
    let before = of_b(&shared).await?;
    for n in 0.. {
        let Some(answer) = case(&with_others, n).await else {
            assert!(n > 80);
            break;
        };
        assert_eq!(Some(answer), case(&alone, n).await, "case {n}");
        assert_eq!(of_b(&shared).await?, before, "case {n}");
    }
    Ok(())
}

#[tokio::test]
async fn so_it_is_in_transactions_and_savepoints() -> Result<()> {
    let (shared, alone) = both().await?;
    let before = of_b(&shared).await?;
    for n in 0.. {
        let run = async |db: &TestDb| {
            let a = db.scoped(A);
            let answer = std::sync::Mutex::new(None);
            // An error of a statement fails the transaction: what it answered counts.
            let outcome = a
                .transaction("case", async |tx| {
                    let got = tx.savepoint(async |tx| Ok(case(&tx, n).await)).await?;
                    *answer.lock().unwrap() = got;
                    Ok(())
                })
                .await;
            (answer.into_inner().unwrap(), told(outcome))
        };
        let (answer, outcome) = run(&shared).await;
        let (answer_alone, outcome_alone) = run(&alone).await;
        assert_eq!((&answer, &outcome), (&answer_alone, &outcome_alone), "case {n}");
        assert_eq!(of_b(&shared).await?, before, "case {n}");
        if answer.is_none() && outcome == "()" {
            assert!(n > 80);
            break;
        }
    }
    Ok(())
}

#[tokio::test]
async fn locks_and_deferred_writes_are_of_the_tenant() -> Result<()> {
    let db = filled().await?;
    let (a, before) = (db.scoped(A), of_b(&db).await?);
    let other = order_id(B, 2);
    a.transaction("locks", async |tx| {
        assert!(Order::find(other).for_update().optional(&tx).await?.is_none());
        assert_eq!(Order::query().for_update().all(&tx).await?.len(), 5);
        assert!(Order::filter(Order::ID.eq(other)).for_update().optional(&tx).await?.is_none());
        assert_eq!(Order::query().select(Order::ID).for_update().all(&tx).await?.len(), 5);
        Order::query().update().add(Order::TOTAL, 1).defer(&tx);
        Order::update(order_id(A, 1)).set(Order::TOTAL, 99).defer(&tx);
        Order::filter(Order::NUMBER.eq(5)).delete().defer(&tx);
        Order::delete(order_id(A, 3)).defer(&tx);
        Tag::insert().name("deferred").build().defer(&tx);
        Ok(())
    })
    .await?;
    assert_eq!(Order::find(order_id(A, 1)).one(&a).await?.total, 99);
    assert_eq!((Order::query().count(&a).await?, Tag::query().count(&a).await?), (3, 2));
    // A deferred write of a row that is not there fails the transaction.
    for write in 0..3 {
        let failed = a
            .transaction("t", async |tx| {
                match write {
                    0 => Order::update(other).set(Order::TOTAL, 0).defer(&tx),
                    1 => Order::delete(other).defer(&tx),
                    _ => Order::delete(order_id(B, 6)).hard().defer(&tx),
                }
                Ok(())
            })
            .await
            .unwrap_err();
        assert!(failed.is_not_found(), "{failed}");
    }
    assert_eq!(of_b(&db).await?, before);
    Ok(())
}

#[tokio::test]
async fn what_runs_on_a_database_alone_is_of_the_tenant() -> Result<()> {
    let db = filled().await?;
    let (a, before) = (db.scoped(A), of_b(&db).await?);
    let mut streamed = 0;
    let mut rows = Order::query().stream(&a);
    while let Some(order) = rows.try_next().await? {
        assert_eq!(order.tenant_id, A);
        streamed += 1;
    }
    assert_eq!(streamed, 5);
    let (found, all) = a.read_together((Order::find(order_id(B, 1)), Order::query())).await?;
    assert_eq!((found, all.len()), (None, 5));
    for past in [a.follower_reads(), a.as_of(AsOf::Ago(Duration::from_millis(1))), a.snapshot().await?] {
        // What was written a moment ago may be too new for it.
        assert!(
            Order::query().all(&past).await.map_or(true, |all| all.iter().all(|order| order.tenant_id == A))
        );
        assert!(
            past.read_together((Order::query(), Tag::query())).await.map_or(true, |(all, _)| all.len() <= 5)
        );
    }
    let snapshot = a.snapshot().await?;
    assert_eq!(Order::query().count(&snapshot).await?, 5);
    let near = a.with_max_staleness(Duration::from_secs(10));
    assert!(
        Order::find(order_id(B, 1)).optional(&near).await.is_ok_and(|order| order.is_none())
            || db.is_cockroachdb()
    );
    let stable = Order::query().page(2).stable().fetch(&a).await?;
    assert!(stable.rows.iter().all(|order| order.tenant_id == A));
    let plan = Order::query().explain(&a).await?;
    assert!(!plan.to_string().is_empty());
    Order::query().update().set(Order::TOTAL, 1).explain_analyze(&a).await?;
    // A scan of all rows of the tenant by the index that begins with it.
    assert_no_full_scan(&a, Order::query()).await;
    assert_eq!(of_b(&db).await?, before);
    Ok(())
}

#[tokio::test]
async fn a_write_under_a_key_is_of_the_tenant() -> Result<()> {
    let db = filled().await?;
    let (a, before) = (db.scoped(A), of_b(&db).await?);
    for replayed in [false, true] {
        let all = Order::query().update().add(Order::TOTAL, 1).once("all").exec(&a).await?;
        assert_eq!((all.is_replayed(), *all), (replayed, 5));
        let new = Tag::insert().id(id(501)).name("once").once("new").exec(&a).await?;
        assert_eq!(new.is_replayed(), replayed);
        let done = a
            .transaction("once", async |tx| Order::filter(Order::NUMBER.eq(1)).delete().exec(&tx).await)
            .once(Key::new("done"))
            .await?;
        assert_eq!((done.is_replayed(), *done), (replayed, 1));
    }
    let other = Order::update(order_id(B, 1)).set(Order::TOTAL, 0).once("other").exec(&a).await;
    assert!(other.unwrap_err().is_not_found());
    let theirs = Tag { id: id(0xb), tenant_id: A, name: "mine".into() };
    let hidden = Tag::upsert(&theirs).once("upsert").exec(&a).await.unwrap_err();
    assert!(hidden.is_not_found() && hidden.to_string().contains("of another tenant"), "{hidden}");
    assert_eq!(of_b(&db).await?, before);
    Ok(())
}

/// A row that an upsert's own filter leaves as it is, is no row of another tenant.
#[tokio::test]
async fn an_upsert_whose_filter_does_not_hold_changes_nothing_however_it_is_sent() -> Result<()> {
    let db = filled().await?;
    let a = db.scoped(A);
    let upsert = || {
        let new = Tag::insert().id(id(0xa)).name("renamed").build();
        new.on_conflict(Tag::ID).do_update_with(|tag| tag.take(Tag::NAME).filter(Tag::NAME.eq("old")))
    };
    let other = |n: u128| Tag::insert().id(id(n)).name("beside").build();
    upsert().exec(&a).await?;
    upsert().once("k").exec(&a).await?;
    upsert().rerun_if_unknown().exec(&a).await?;
    assert_eq!(upsert().rerun_if_unknown().optional(&a).await?, None);
    assert_eq!(upsert().returning(Tag::NAME).optional(&a).await?, None);
    assert_eq!(a.batch((upsert(), other(700))).await?, ((), ()));
    a.transaction("t", async |tx| tx.batch((upsert(), other(701))).await).await?;
    let deferred = async |tx: Scoped<Tx, TenantId>| {
        upsert().defer(&tx);
        Ok(())
    };
    a.transaction("t", deferred).await?;
    assert_eq!(Tag::query().count(&a).await?, 3);
    assert_eq!(Tag::find(id(0xa)).one(&a).await?.name, "new");
    Ok(())
}

#[tokio::test]
async fn an_upsert_of_a_row_that_is_out_of_reach_is_told_however_it_is_sent() -> Result<()> {
    let db = filled().await?;
    let (a, before) = (db.scoped(A), of_b(&db).await?);
    let theirs = || Tag::upsert(&Tag { id: id(0xb), tenant_id: A, name: "mine".into() });
    let other = |n: u128| Tag::insert().id(id(n)).name("beside").build();
    let refused = |error: crdb_orm::Error| {
        assert!(error.is_not_found() && error.to_string().contains("of another tenant"), "{error}");
    };
    refused(theirs().exec(&a).await.unwrap_err());
    refused(theirs().one(&a).await.unwrap_err());
    refused(theirs().returning(Tag::NAME).all(&a).await.unwrap_err());
    refused(theirs().once("k").exec(&a).await.unwrap_err());
    refused(theirs().rerun_if_unknown().exec(&a).await.unwrap_err());
    refused(theirs().rerun_if_unknown().optional(&a).await.unwrap_err());
    refused(a.batch((theirs(), other(700))).await.unwrap_err());
    refused(a.batch((other(700), theirs().returning((Tag::ID, Tag::NAME)))).await.unwrap_err());
    refused(a.transaction("t", async |tx| tx.batch((other(700), theirs())).await).await.unwrap_err());
    let deferred = async |tx: Scoped<Tx, TenantId>| {
        other(700).defer(&tx);
        theirs().defer(&tx);
        Ok(())
    };
    refused(a.transaction("t", deferred).await.unwrap_err());
    // None of it is half done.
    assert_eq!(Tag::query().count(&a).await?, 1);
    assert_eq!(of_b(&db).await?, before);
    Ok(())
}

/// The row of an insert whose answer was lost is looked for under its tenant.
#[tokio::test]
async fn an_insert_whose_answer_is_lost_is_found() -> Result<()> {
    let db = filled().await?;
    let proxy = FaultProxy::to(&db).await?;
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await?;
    let a = through.scoped(A);
    proxy.on("INSERT").strike(Fault::CutAfterSend);
    let tag = Tag::insert().name("lost").one(&a).await?;
    assert_eq!((tag.tenant_id, proxy.pending()), (A, 0));
    proxy.on("INSERT").strike(Fault::CutAfterSend);
    let tags = Tag::insert_many([Tag::insert().name("one"), Tag::insert().name("two")]).all(&a).await?;
    assert_eq!((tags.len(), proxy.pending()), (2, 0));
    assert_eq!(Tag::query().count(&db.scoped(A)).await?, 4);
    proxy.on("INSERT").strike(Fault::CutAfterSend);
    let many = Tag::insert_many([Tag::insert().name("three"), Tag::insert().name("four")]);
    let names = many.returning((Tag::NAME.concat("!"), Tag::TENANT_ID)).all(&a).await?;
    assert_eq!((names, proxy.pending()), (vec![("three!".into(), A), ("four!".into(), A)], 0));
    // Whose tenant each of them says.
    let all = through.all_tenants("a test");
    proxy.on("INSERT").strike(Fault::CutAfterSend);
    let many = [A, B].map(|tenant| Tag::insert().tenant_id(tenant).name("x"));
    let tenants = Tag::insert_many(many).returning((Tag::NAME.concat("!"), Tag::TENANT_ID)).all(&all).await?;
    assert_eq!((tenants, proxy.pending()), (vec![("x!".into(), A), ("x!".into(), B)], 0));
    Ok(())
}

/// A key that does not begin with the tenant tells that somebody has it, and never what.
#[tokio::test]
async fn a_key_of_another_tenant_is_neither_taken_nor_overwritten() -> Result<()> {
    let db = filled().await?;
    let (a, before) = (db.scoped(A), of_b(&db).await?);
    let row = |id| Tag { id, tenant_id: A, name: "taken?".into() };
    let theirs = id(0xb);
    assert!(Tag::insert_row(&row(theirs)).exec(&a).await.unwrap_err().is_unique_violation());
    for error in [
        Tag::upsert(&row(theirs)).exec(&a).await.unwrap_err(),
        Tag::upsert(&row(theirs)).one(&a).await.unwrap_err(),
        Tag::insert_row(&row(theirs)).on_conflict(Tag::ID).do_update().exec(&a).await.unwrap_err(),
    ] {
        assert!(error.is_not_found() && error.to_string().contains("it is of another tenant"), "{error}");
    }
    let set = |key: Uuid| {
        Tag::insert_row(&row(key))
            .on_conflict(Tag::ID)
            .do_update_with(|tag| tag.set(Tag::NAME, "mine").filter(Tag::NAME.ne("").or(Tag::NAME.eq(""))))
    };
    set(theirs).exec(&a).await?;
    assert!(!Tag::insert_row(&row(theirs)).or_ignore().exec(&a).await?);
    assert_eq!(Tag::upsert_many([row(theirs), row(id(5))]).exec(&a).await?, 1);
    assert_eq!(of_b(&db).await?, before);
    set(id(0xa)).exec(&a).await?;
    assert_eq!(Tag::find(id(0xa)).one(&a).await?.name, "mine");
    // Who reaches everybody's rows still moves none of them.
    let all = db.all_tenants("a test");
    let moved = Tag::upsert(&row(theirs)).exec(&all).await.unwrap_err();
    assert!(moved.is_not_found(), "{moved}");
    assert_eq!(of_b(&db).await?, before);
    Ok(())
}

#[tokio::test]
async fn a_transaction_that_is_run_again_is_of_the_same_tenant() -> Result<()> {
    let db = filled().await?;
    let a = db.scoped(A);
    let forced = crdb_orm::testing::force_retries(&db, 2);
    let attempts = std::sync::atomic::AtomicU32::new(0);
    a.transaction("again", async |tx| {
        attempts.store(tx.attempt(), std::sync::atomic::Ordering::Relaxed);
        let found = Order::query().all(&tx).await?;
        assert!(found.iter().all(|order| order.tenant_id == A) && found.len() == 5);
        Order::query().update().add(Order::TOTAL, 1).exec(&tx).await?;
        Ok(())
    })
    .await?;
    drop(forced);
    assert!(attempts.into_inner() >= 1);
    assert_eq!(Order::find(order_id(A, 1)).one(&a).await?.total, 11);
    assert_eq!(Order::find(order_id(B, 1)).one(&db.scoped(B)).await?.total, 10);
    Ok(())
}

#[tokio::test]
async fn all_tenants_are_reached_by_those_who_say_why() -> Result<()> {
    let db = filled().await?;
    let all = db.all_tenants("a report");
    assert_eq!(Order::query().count(&all).await?, 10);
    assert_eq!(Order::query().with_deleted().count(&all).await?, 12);
    assert_eq!(Order::find(order_id(B, 1)).one(&all).await?.tenant_id, B);
    let per_tenant = Order::query().select((Order::TENANT_ID, Order::ID.count())).group_by(Order::TENANT_ID);
    assert_eq!(per_tenant.order_by(Order::TENANT_ID.asc()).all(&all).await?, [(A, 5), (B, 5)]);
    let joined = Order::filter(Order::TOTAL.ge(50)).join(on::<Customer, _>(
        Order::CUSTOMER_ID.equals(Customer::ID).and(Order::TENANT_ID.equals(Customer::TENANT_ID)),
    ));
    assert_eq!(joined.select(Order::ID).limit(9).all(&all).await?.len(), 2);
    all.transaction("all", async |tx| {
        let order = Order::find(order_id(B, 1)).for_update().one(&tx).await?;
        Order::update(order.id).add(Order::TOTAL, 1).exec(&tx).await?;
        Order::update_many([(order_id(A, 1), OrderPatch { total: Some(5) })]).exec(&tx).await?.complete()?;
        Order::delete(order_id(B, 2)).exec(&tx).await?;
        Ok(())
    })
    .await?;
    assert_eq!(Order::find(order_id(B, 1)).one(&db.scoped(B)).await?.total, 11);
    assert_eq!(Order::find(order_id(A, 1)).one(&db.scoped(A)).await?.total, 5);
    let tx = db.transaction("t", async |tx| Order::query().count(&tx.scoped(B)).await).await?;
    assert_eq!(tx, 4);
    Ok(())
}

#[tokio::test]
async fn what_is_linked_and_what_comes_back_of_a_tree_is_of_the_tenant() -> Result<()> {
    let db = filled().await?;
    let proxy = FaultProxy::to(&db).await?;
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await?;
    let a = through.scoped(A);
    let tag = id(A.0.as_u128());
    let tree = |n: i64| {
        let order =
            |m: i64| Order::insert().id(order_id(A, n + m)).total(m).number(n + m).link(Order::TAGS, [tag]);
        Customer::insert().id(n).name("x").with(Customer::ORDERS, (1..4).map(order))
    };
    // Its key begins with the tenant, which nothing here gives.
    let (customer, orders) = tree(500).one(&a).await?;
    assert_eq!((customer.id, customer.tenant_id), (500, A));
    let numbers: Vec<_> = orders.iter().map(|order| (order.number, order.tenant_id)).collect();
    assert_eq!(numbers, [(501, A), (502, A), (503, A)]);
    let links = || OrderTag::filter(OrderTag::TAG_ID.eq(tag));
    assert_eq!((links().count(&db.scoped(A)).await?, links().count(&db.scoped(B)).await?), (4, 0));
    // Of a key that the client makes, all is read again after a lost answer, and that for the tenant alone.
    let made = || Tag::insert().name("made");
    let order = Order::insert().customer_id(1).total(1).number(600).with(Order::TAGS, [made()]);
    proxy.on("COMMIT").strike(Fault::CutAfterSend);
    let (order, tags) = order.one(&a).await?;
    assert_eq!((order.number, order.tenant_id, &*tags[0].name, tags[0].tenant_id), (600, A, "made", A));
    // A row between is given the tenant of the handle, whatever it links: the keys are not looked at.
    let order = Order::insert().customer_id(1).total(1).number(700).link(Order::TAGS, [id(B.0.as_u128())]);
    let order = order.one(&a).await?;
    assert_eq!(OrderTag::filter(OrderTag::ORDER_ID.eq(order.id)).one(&a).await?.tenant_id, A);
    assert_eq!(Order::find(order.id).with(Order::TAGS).one(&a).await?.1, []);
    Ok(())
}

#[tokio::test]
async fn what_a_write_by_other_rows_returns_is_of_the_tenant() -> Result<()> {
    let db = filled().await?;
    let a = db.scoped(A);
    let tagged = || Order::query().join(Order::TAGS);
    let both = || (Order::ID, Order::TENANT_ID, Tag::TENANT_ID, Order::DELETED_AT.is_not_null());
    let raised = tagged().update().add(Order::TOTAL, 1).returning(both());
    assert_eq!(raised.all(&a).await?, [(order_id(A, 1), A, A, false)]);
    // It stays, and says when it was deleted; then it is no longer there to be written.
    assert_eq!(tagged().delete().returning(both()).all(&a).await?, [(order_id(A, 1), A, A, true)]);
    assert_eq!(tagged().delete().all(&a).await?, []);
    let gone = tagged().with_deleted().delete().hard().returning((Order::ID, Tag::NAME));
    let error = gone.all(&a).await.expect_err("the row between refers to it");
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(tagged().select(Order::TENANT_ID).all(&db.scoped(B)).await?, [B]);
    Ok(())
}

#[tokio::test]
async fn a_row_is_saved_for_its_own_tenant_alone() -> Result<()> {
    let db = filled().await?;
    let (a, b) = (db.scoped(A), db.scoped(B));
    let mut theirs = Order::find(order_id(B, 1)).one(&b).await?;
    theirs.total += 1;
    let error = Order::update_row(&theirs).exec(&a).await.expect_err("it says that it is of B");
    assert!(error.is_invalid_statement() && error.to_string().contains("another tenant"), "{error}");
    // Of a key that begins with the tenant, it is not there.
    let customer = Customer::find((B, 1)).one(&b).await?;
    let error = Customer::update_row(&Customer { name: "A's".into(), ..customer.clone() }).exec(&a).await;
    assert!(error.expect_err("it is B's").is_not_found());
    assert_eq!(Customer::find((B, 1)).one(&b).await?, customer);
    // Their own, through the handle of all, and to nobody else.
    assert_eq!(Order::update_row(&theirs).one(&db.all_tenants("a test")).await?, theirs);
    let moved = Order { tenant_id: A, ..theirs.clone() };
    assert!(Order::update_row(&moved).exec(&b).await.expect_err("it stays").is_invalid_statement());
    // A row that says that it is deleted is, and is not saved again.
    let gone = Order { deleted_at: Some(DateTime::UNIX_EPOCH), ..theirs.clone() };
    Order::update_row(&gone).exec(&b).await?;
    assert!(Order::update_row(&theirs).exec(&b).await.expect_err("it is deleted").is_not_found());
    Ok(())
}
