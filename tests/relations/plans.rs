//! Plans of queries whose rows come with others, and of rows that are inserted with others: of all their statements.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::{Explain, Plan};
use crdb_orm::testing::assert_no_full_scan;
use futures_util::FutureExt as _;

use crate::tables::{Customer, Employee, Line, Order, OrderTag, Piece, Status, Tag, filled};

/// How many statements it is of.
fn statements(plan: &Plan) -> usize {
    plan.lines().split(String::is_empty).filter(|lines| !lines.is_empty()).count()
}

/// What is said of a full scan.
async fn scans(db: &crdb_orm::testing::TestDb, query: impl Explain) -> String {
    let check = assert_no_full_scan(db, query);
    let panic = std::panic::AssertUnwindSafe(check).catch_unwind().await.expect_err("a full scan");
    panic.downcast_ref::<String>().expect("a text").clone()
}

#[tokio::test]
async fn a_query_is_planned_with_every_relation_that_it_loads_and_nothing_is_run() -> Result<()> {
    let (db, proxy, through) = filled().await?;
    let query = || {
        Customer::query()
            .with(
                Customer::ORDERS
                    .order_by(Order::TOTAL.desc())
                    .limit(3)
                    .with(Order::LINES.with(Line::PIECES))
                    .with(Order::TAGS.filter(Tag::NAME.ne("x"))),
            )
            .with(Customer::PROFILE)
    };
    proxy.forget_statements();
    let plan = query().explain(&through).await?;
    assert_eq!(proxy.count("EXPLAIN"), 6);
    for table in ["customers", "orders", "lines", "pieces", "tags", "profiles"] {
        assert!(plan.to_string().contains(table), "{table}: {plan}");
    }
    assert!(plan.steps().iter().filter(|step| step.depth() == 0).count() >= 6, "{plan}");
    if !db.server().is_cockroachdb() {
        assert_eq!(statements(&plan), 6, "{plan}");
    }
    // All customers are read, and nothing else is read whole.
    let told = scans(&db, query()).await;
    assert!(told.starts_with("it reads all of customers: "), "{told}");
    assert_no_full_scan(&db, Order::find(Uuid::nil()).with(Order::LINES).with(Order::COURIER)).await;
    assert_no_full_scan(&db, Order::query().page(5).with(Order::CUSTOMER)).await;
    assert_no_full_scan(&db, Customer::ORDERS).await;
    assert_no_full_scan(&db, Tag::ORDERS.filter(Order::STATUS.eq(Status::Open))).await;
    let analyzed = Order::find(Uuid::nil()).with(Order::TAGS).explain_analyze(&db).await?;
    assert!(analyzed.to_string().to_lowercase().contains("execution time"), "{analyzed}");
    Ok(())
}

#[tokio::test]
async fn a_relation_whose_index_is_gone_is_a_full_scan() -> Result<()> {
    let (db, _proxy, _through) = filled().await?;
    assert_no_full_scan(&db, Employee::find(Uuid::nil()).with(Employee::REPORTS)).await;
    db.run_ddl(&["DROP INDEX employees_manager_id_idx"]).await?;
    let told = scans(&db, Employee::find(Uuid::nil()).with(Employee::REPORTS)).await;
    assert!(told.starts_with("it reads all of employees: "), "{told}");
    let told = scans(&db, Employee::find(Uuid::nil()).with(Employee::MANAGER.with(Employee::REPORTS))).await;
    assert!(told.starts_with("it reads all of employees: "), "{told}");
    let told = scans(&db, Employee::REPORTS.order_by(Employee::NAME)).await;
    assert!(told.starts_with("it reads all of employees: "), "{told}");
    Ok(())
}

#[tokio::test]
async fn rows_that_are_inserted_with_others_are_planned_and_not_inserted() -> Result<()> {
    let (db, _proxy, _through) = filled().await?;
    let counted = async || -> Result<(u64, u64)> {
        Ok((Customer::query().count(&db).await?, OrderTag::query().count(&db).await?))
    };
    let before = counted().await?;
    let line = Line::insert().number(1).what("x").with(Line::PIECES, [Piece::insert().id(1)]);
    let order = Order::insert().total(1).status(Status::Open).with(Order::LINES, [line]);
    let plan = Customer::insert().name("new").with(Customer::ORDERS, [order]).explain(&db).await?;
    for table in ["customers", "orders", "lines", "pieces"] {
        assert!(plan.to_string().contains(table), "{table}: {plan}");
    }
    assert_eq!(counted().await?, before);

    // What is analyzed is run, and all of it or nothing.
    let tree = |numbers: [i32; 2]| {
        let lines = numbers.map(|number| Line::insert().number(number).what("x"));
        let order = Order::insert().total(1).status(Status::Open).with(Order::LINES, lines);
        Customer::insert().name("new").with(Customer::ORDERS, [order])
    };
    let error = tree([1, 1]).explain_analyze(&db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(counted().await?, before);
    let plan = tree([1, 2]).explain_analyze(&db).await?;
    assert!(plan.to_string().to_lowercase().contains("execution time"), "{plan}");
    assert_eq!(counted().await?.0, before.0 + 1);
    Ok(())
}
