//! Plans as data, and the helper that fails on a full scan.

use crdb_orm::prelude::*;
use crdb_orm::query::{Explain, count_rows};
use crdb_orm::testing::assert_no_full_scan;
use crdb_orm::{Result, sql};
use futures_util::FutureExt as _;

use crate::tables::{Customer, Order, database};

#[tokio::test]
async fn a_plan_says_what_is_read() -> Result<()> {
    let db = database().await?;
    let plan = Order::filter(Order::TOTAL.gt(1)).explain(&db).await?;
    let scan = plan.full_scans().next().expect("there is no index on it");
    assert_eq!(scan.table(), Some("orders"));
    assert_eq!(plan.to_string(), plan.lines().join("\n"));
    let plan = Order::query()
        .join(Order::USER_ID.joins(Customer::ID))
        .select((Customer::NAME, count_rows::<Order>()))
        .group_by(Customer::NAME)
        .explain(&db)
        .await?;
    assert!(plan.steps().len() > 2 && plan.steps()[0].depth() == 0, "{plan}");
    assert!(plan.steps().iter().any(|step| step.depth() > 1), "{plan}");
    assert_eq!(sql!("SELECT $1", 1_i64).explain(&db).await?.full_scans().count(), 0);
    Ok(())
}

#[tokio::test]
async fn a_plan_is_asked_for_without_running_it_unless_it_is_to_be_analyzed() -> Result<()> {
    let db = database().await?;
    let ann = Customer::insert().name("Ann").credit(1).one(&db).await?;
    Customer::update(ann.id).set(Customer::CREDIT, 2).explain(&db).await?;
    Customer::delete(ann.id).explain(&db).await?;
    Customer::filter(Customer::CREDIT.eq(1))
        .update()
        .set(Customer::CREDIT, 2)
        .returning(Customer::ID)
        .explain(&db)
        .await?;
    assert_eq!(Customer::find(ann.id).one(&db).await?, ann);
    let plan = Customer::update(ann.id).set(Customer::CREDIT, 2).explain_analyze(&db).await?;
    assert!(plan.lines().iter().any(|line| line.to_lowercase().contains("execution time")), "{plan}");
    assert_eq!(Customer::find(ann.id).one(&db).await?.credit, 2);
    Ok(())
}

#[tokio::test]
async fn pages_and_batches_have_plans_and_none_of_them_is_run() -> Result<()> {
    let db = database().await?;
    let ann = Customer::insert().name("Ann").credit(1).one(&db).await?;
    let bob = Customer::insert().name("Bob").credit(2).one(&db).await?;
    let pages = || Customer::order_by(Customer::CREDIT.desc()).page(2);
    let scans = pages().explain(&db).await?;
    assert_eq!(scans.full_scans().count(), 1, "no index has this order: {scans}");
    let page = pages().fetch(&db).await?;
    assert_eq!(page.rows, [bob.clone(), ann.clone()]);
    assert_no_full_scan(&db, Customer::query().page(2)).await;
    let behind = Customer::query().page(1).fetch(&db).await?.next;
    assert!(behind.is_some());
    assert_no_full_scan(&db, Customer::query().page(1).after(behind)).await;
    let walk = Customer::filter(Customer::CREDIT.gt(0)).delete().in_batches();
    assert!(walk.explain(&db).await?.lines().iter().any(|line| line.contains("customers")));
    let rows = [Customer { credit: 5, ..ann.clone() }];
    let update = Customer::update_many(&rows).explain(&db).await?;
    assert!(update.lines().iter().any(|line| line.to_lowercase().contains("update")), "{update}");
    let insert = Customer::insert_many([Customer::insert().name("Eve").credit(3)]).explain(&db).await?;
    assert!(insert.lines().iter().any(|line| line.to_lowercase().contains("insert")), "{insert}");
    assert_eq!(Customer::order_by(Customer::NAME).all(&db).await?, [ann, bob]);
    Ok(())
}

#[tokio::test]
async fn what_an_index_serves_is_no_full_scan() -> Result<()> {
    let db = database().await?;
    assert_no_full_scan(&db, Order::find(Uuid::nil())).await;
    assert_no_full_scan(&db, Order::filter(Order::USER_ID.eq(Uuid::nil()))).await;
    assert_no_full_scan(&db, Order::filter(Order::USER_ID.eq_any([Uuid::nil()])).select(Order::TOTAL)).await;
    assert_no_full_scan(&db, Order::order_by(Order::ID.asc()).limit(10)).await;
    assert_no_full_scan(&db, Order::update(Uuid::nil()).set(Order::TOTAL, 1)).await;
    Ok(())
}

#[tokio::test]
async fn what_no_index_serves_fails_with_the_plan() -> Result<()> {
    let db = database().await?;
    for condition in [Order::TOTAL.eq(1), Order::PAID.into(), (Order::TOTAL + 1).gt(5)] {
        let check = assert_no_full_scan(&db, Order::filter(condition));
        let panic = std::panic::AssertUnwindSafe(check).catch_unwind().await.expect_err("a full scan");
        let text = panic.downcast_ref::<String>().expect("a text");
        assert!(text.starts_with("it reads all of orders: add an index"), "{text}");
    }
    Ok(())
}
