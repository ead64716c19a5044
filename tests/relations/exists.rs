//! Conditions on what belongs to a row.

use crdb_orm::Result;
use crdb_orm::prelude::*;

use crate::tables::{Customer, Employee, Line, Order, Piece, Tag, filled};

async fn customers(db: &Database, filter: crdb_orm::query::Filter<Customer>) -> Result<Vec<String>> {
    let found = Customer::filter(filter).order_by(Customer::ID.asc()).all(db).await?;
    Ok(found.into_iter().map(|customer| customer.name).collect())
}

async fn employees(db: &Database, filter: crdb_orm::query::Filter<Employee>) -> Result<Vec<String>> {
    let found = Employee::filter(filter).order_by(Employee::ID.asc()).all(db).await?;
    Ok(found.into_iter().map(|employee| employee.name).collect())
}

#[tokio::test]
async fn some_none_and_any_at_all_are_told_apart() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    assert_eq!(customers(&db, Customer::ORDERS.any(Order::TOTAL.gt(5))).await?, ["c2"]);
    assert_eq!(customers(&db, Customer::ORDERS.none(Order::TOTAL.gt(5))).await?, ["c1", "c3"]);
    assert_eq!(customers(&db, Customer::ORDERS.exists()).await?, ["c1", "c2"]);
    assert_eq!(customers(&db, !Customer::PROFILE.exists()).await?, ["c1", "c3"]);
    // Each is one statement.
    assert_eq!(proxy.count("SELECT"), 4);
    let nested = Customer::ORDERS.any(Order::LINES.any(Line::PIECES.any(Piece::ID.eq(2))));
    assert_eq!(customers(&db, nested).await?, ["c1"]);
    // Back to the table that it began with.
    let circle = Customer::ORDERS.any(Order::CUSTOMER.any(Customer::NAME.eq("c2")));
    assert_eq!(customers(&db, circle).await?, ["c2"]);
    assert_eq!(Order::filter(Order::TAGS.any(Tag::NAME.eq("a"))).count(&db).await?, 2);
    // A key that is NULL refers to nothing: false, and true of its contrary.
    assert_eq!(Order::filter(Order::COURIER.exists()).count(&db).await?, 7);
    assert_eq!(Order::filter(!Order::COURIER.exists()).count(&db).await?, 8);
    assert_eq!(Piece::filter(!Piece::LINE.exists()).count(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn rows_of_one_table_are_told_apart_and_nulls_are_no_trap() -> Result<()> {
    let (_test_db, _proxy, db) = filled().await?;
    assert_eq!(employees(&db, Employee::REPORTS.exists()).await?, ["boss", "left"]);
    assert_eq!(employees(&db, !Employee::REPORTS.exists()).await?, ["right", "low"]);
    assert_eq!(employees(&db, Employee::MANAGER.any(Employee::NAME.eq("left"))).await?, ["low"]);
    let others = ["boss", "left", "right"];
    assert_eq!(employees(&db, Employee::MANAGER.none(Employee::NAME.eq("left"))).await?, others);
    let above = Employee::REPORTS.any(Employee::REPORTS.any(Employee::NAME.eq("low")));
    assert_eq!(employees(&db, above).await?, ["boss"]);
    Ok(())
}

#[tokio::test]
async fn a_condition_holds_where_each_has_its_first_rows_too() -> Result<()> {
    let (_test_db, _proxy, db) = filled().await?;
    let tagged = Customer::ORDERS.filter(Order::TAGS.exists()).order_by(Order::TOTAL.asc()).limit(1);
    let customers: Vec<(Customer, Vec<Order>)> =
        Customer::order_by(Customer::ID.asc()).with(tagged).all(&db).await?;
    let found: Vec<Vec<i64>> =
        customers.iter().map(|(_, orders)| orders.iter().map(|order| order.total).collect()).collect();
    assert_eq!(found, [vec![1], vec![1], vec![]]);
    Ok(())
}
