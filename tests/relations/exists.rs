//! Conditions on what belongs to a row.

use crdb_orm::Result;
use crdb_orm::prelude::*;

use crate::tables::{Customer, Employee, Line, Order, Piece, Profile, Tag, filled, id};

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

crdb_orm::alias!(Mark = Tag as "mark");
crdb_orm::alias!(Marked = Order as "marked");
crdb_orm::cte! { Of as "of_mark" { id: Uuid } }

#[tokio::test]
async fn a_table_between_stands_in_queries_of_each_row_too() -> Result<()> {
    let (_test_db, _proxy, db) = filled().await?;
    // One row for each of the tags a, b and c.
    let marks = || Profile::query().cross_join::<Mark>();
    let name = || Tag::NAME.under::<Mark>();
    let any = Order::filter(Order::TOTAL.lt(3)).exists_with(Order::TAGS.under::<Mark>());
    let found = marks().filter(any).select(name()).order_by(name().asc());
    assert_eq!(
        found.to_sql(),
        "SELECT mark.name FROM profiles CROSS JOIN tags AS mark WHERE EXISTS (SELECT 1 FROM orders \
         WHERE orders.total < $1 AND EXISTS (SELECT 1 FROM order_tags WHERE orders.id = order_tags.order_id \
         AND mark.name = order_tags.tag_id)) ORDER BY mark.name ASC"
    );
    assert_eq!(found.all(&db).await?, ["a", "b"]);
    // The table between is there already.
    let both = Order::query().join(Order::TAGS).filter(Tag::NAME.eq("a"));
    let both = both.exists_with(Order::TAGS.under::<Mark>());
    assert_eq!(marks().filter(!both).select(name()).all(&db).await?, ["c"]);

    let count = Order::query().select(Order::ID.count()).scalar_with(Order::TAGS.under::<Mark>());
    let counted = marks().select((name(), count)).order_by(name().asc()).all(&db).await?;
    assert_eq!(counted, [("a".to_owned(), Some(2)), ("b".to_owned(), Some(2)), ("c".to_owned(), Some(0))]);

    let ids = Order::query().select((Order::ID,)).order_by(Order::ID.desc()).limit(1);
    let ids = ids.lateral(Order::TAGS.under::<Mark>()).named::<Of>();
    let last = marks().left_join_lateral(ids).select((name(), Of::id())).order_by(name().asc());
    let expected = [("a".to_owned(), Some(id(201))), ("b".to_owned(), Some(id(201))), ("c".to_owned(), None)];
    assert_eq!(last.all(&db).await?, expected);
    let whole = Order::order_by(Order::ID.asc()).limit(1).lateral(Order::TAGS.under::<Mark>());
    let first = marks().join_lateral(whole.under::<Marked>()).select((name(), Order::ID.under::<Marked>()));
    let first = first.order_by(name().asc()).all(&db).await?;
    assert_eq!(first, [("a".to_owned(), id(101)), ("b".to_owned(), id(101))]);
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
