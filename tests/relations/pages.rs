//! Pages whose rows come with what belongs to them.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::Page;

use crate::tables::{Customer, Line, Order, Tag, filled};

type Loaded = (Order, Vec<Line>, Customer);

#[tokio::test]
async fn a_page_is_a_statement_and_one_for_each_relation() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    let orders = || {
        Order::order_by((Order::TOTAL.desc(), Order::ID.asc()))
            .with(Order::LINES.order_by(Line::NUMBER.desc()).limit(1))
            .with(Order::CUSTOMER)
    };
    let all: Vec<Loaded> = orders().all(&db).await?;
    assert_eq!(all.len(), 15);
    proxy.forget_statements();
    let first: Page<Loaded> = orders().page(4).fetch(&db).await?;
    assert_eq!((proxy.count("SELECT"), first.has_next(), first.has_prev()), (3, true, false));
    assert_eq!(first.rows, all[..4]);
    assert!(first.rows.iter().all(|(order, lines, customer)| {
        lines.len() == 1 && lines[0].order_id == order.id && customer.id == order.user_id
    }));
    // The row behind the page, by which it is known that there is another, has nothing loaded.
    let second = orders().page(4).after(first.next).fetch(&db).await?;
    assert_eq!(second.rows, all[4..8]);
    let back = orders().page(4).before(second.prev).fetch(&db).await?;
    assert_eq!(back.rows, all[..4]);
    let last = orders().page(4).last().fetch(&db).await?;
    assert_eq!(last.rows, all[11..]);
    Ok(())
}

#[tokio::test]
async fn a_relation_may_be_said_before_or_behind_the_page() -> Result<()> {
    let (_test_db, _proxy, db) = filled().await?;
    let by_total = || Order::order_by((Order::TOTAL.asc(), Order::ID.asc()));
    let before =
        by_total().with(Order::TAGS).with(Order::CUSTOMER).page(5).signed(b"sixteen bytes ..").fetch(&db);
    let before = before.await?;
    let behind = by_total().page(5).signed(b"sixteen bytes ..").with(Order::TAGS).with(Order::CUSTOMER);
    assert_eq!(behind.fetch(&db).await?, before);
    // The cursor is that of the query, whatever comes with its rows.
    let alone: Page<Order> =
        by_total().page(5).signed(b"sixteen bytes ..").after(before.next.clone()).fetch(&db).await?;
    let with: Page<(Order, Vec<Tag>)> = by_total()
        .page(5)
        .signed(b"sixteen bytes ..")
        .with(Order::TAGS)
        .after(before.next)
        .fetch(&db)
        .await?;
    assert_eq!(with.rows.into_iter().map(|(order, _)| order).collect::<Vec<_>>(), alone.rows);
    Ok(())
}

#[tokio::test]
async fn all_pages_come_with_their_relations_one_after_another() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    let customers = || Customer::order_by(Customer::NAME.asc()).with(Customer::ORDERS.with(Order::LINES));
    let all = customers().all(&db).await?;
    proxy.forget_statements();
    let mut pages = customers().page(2).stable().walk(&db);
    let mut found = Vec::new();
    while let Some(page) = pages.next().await? {
        found.extend(page);
    }
    assert_eq!(found, all);
    // The customer of the second page has no order, so no line is asked for.
    assert_eq!(proxy.count("SELECT") - proxy.count("cluster_logical_timestamp"), 3 + 2);
    // In a transaction all is of one moment.
    let page = db.transaction("page", async |tx| customers().page(9).fetch(&tx).await).await?;
    assert_eq!(page.rows, all);
    Customer::query().filter(Customer::NAME.eq("nobody")).with(Customer::ORDERS).page(1).fetch(&db).await?;
    Ok(())
}
