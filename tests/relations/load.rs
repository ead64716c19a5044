//! Rows with what belongs to them.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::testing::proxy::Fault;

use crate::tables::{
    Customer, Employee, Line, Order, OrderTag, Piece, Profile, Status, Tag, filled, id, shop,
};

fn totals(orders: &[Order]) -> Vec<i64> {
    orders.iter().map(|order| order.total).collect()
}

#[tokio::test]
async fn a_tree_is_one_statement_for_each_level() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    let customers: Vec<(Customer, Vec<(Order, Vec<Line>)>, Option<Profile>)> =
        Customer::order_by(Customer::ID.asc())
            .with(
                Customer::ORDERS.order_by(Order::TOTAL.asc()).with(Order::LINES.order_by(Line::NUMBER.asc())),
            )
            .with(Customer::PROFILE)
            .all(&db)
            .await?;
    assert_eq!(proxy.count("SELECT"), 4, "{:?}", proxy.statements());
    let names: Vec<&str> = customers.iter().map(|(customer, ..)| customer.name.as_str()).collect();
    assert_eq!(names, ["c1", "c2", "c3"]);
    let counts: Vec<usize> = customers.iter().map(|(_, orders, _)| orders.len()).collect();
    assert_eq!(counts, [5, 10, 0]);
    for (customer, orders, profile) in &customers {
        assert_eq!(
            profile.as_ref().map(|profile| profile.text.as_str()),
            (customer.id == id(2)).then_some("second")
        );
        for (total, (order, lines)) in (1..).zip(orders) {
            assert_eq!((order.user_id, order.total), (customer.id, total));
            assert!(lines.iter().all(|line| line.order_id == order.id));
            assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 2]);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_level_whose_answer_is_lost_half_way_has_each_row_once() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    let load = async || {
        let orders = Customer::ORDERS.order_by(Order::TOTAL.asc()).with(Order::LINES);
        let rows = Customer::order_by(Customer::ID.asc()).with(orders).all(&db).await?;
        let each = |(_, orders): (Customer, Vec<(Order, Vec<Line>)>)| {
            orders.iter().map(|(order, lines)| (order.total, lines.len())).collect::<Vec<_>>()
        };
        crdb_orm::Result::<_>::Ok(rows.into_iter().map(each).collect::<Vec<_>>())
    };
    let whole = load().await?;
    assert_eq!(whole.iter().map(Vec::len).collect::<Vec<_>>(), [5, 10, 0]);
    proxy.on("FROM orders").strike(Fault::CutInReply(700));
    assert_eq!(load().await?, whole);
    proxy.on("FROM lines").strike(Fault::CutInReply(700));
    assert_eq!(load().await?, whole);
    assert_eq!(proxy.pending(), 0);
    Ok(())
}

#[tokio::test]
async fn each_has_its_first_rows_where_there_is_a_limit() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    let customers: Vec<(Customer, Vec<Order>)> = Customer::order_by(Customer::ID.desc())
        .with(Customer::ORDERS.filter(Order::STATUS.eq(Status::Open)).order_by(Order::TOTAL.desc()).limit(3))
        .all(&db)
        .await?;
    assert_eq!(proxy.count("SELECT"), 2);
    let found: Vec<Vec<i64>> = customers.iter().map(|(_, orders)| totals(orders)).collect();
    assert_eq!(found, [vec![], vec![10, 8, 7], vec![5, 4, 2]]);
    // The order of the type, not that of its labels.
    let by_status = Customer::ORDERS.order_by(Order::STATUS.desc()).order_by(Order::TOTAL.asc()).limit(2);
    let found = by_status.load(&[Customer { id: id(1), name: String::new() }], &db).await?;
    assert_eq!(totals(&found[0]), [3, 1]);
    let (_, orders) = Customer::find(id(1)).with(Customer::ORDERS.limit(0)).one(&db).await?;
    assert!(orders.is_empty());
    Ok(())
}

#[tokio::test]
async fn what_a_row_belongs_to_comes_once_for_each_row_and_once_over_the_wire() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    let orders: Vec<(Order, Customer, Option<(Employee, Option<Employee>)>)> =
        Order::order_by(Order::ID.asc())
            .with(Order::CUSTOMER)
            .with(Order::COURIER.with(Employee::MANAGER))
            .all(&db)
            .await?;
    assert_eq!(proxy.count("SELECT"), 4);
    assert_eq!(orders.len(), 15);
    for (order, customer, courier) in &orders {
        assert_eq!(order.user_id, customer.id);
        let managers = courier.as_ref().map(|(courier, manager)| {
            (courier.name.as_str(), manager.as_ref().map(|manager| manager.name.as_str()))
        });
        assert_eq!(managers, order.courier_id.map(|_| ("low", Some("left"))));
    }
    Ok(())
}

#[tokio::test]
async fn a_filter_leaves_out_what_a_row_belongs_to() -> Result<()> {
    let (_test_db, _proxy, db) = filled().await?;
    let orders: Vec<(Order, Option<Customer>)> = Order::filter(Order::TOTAL.eq(1))
        .order_by(Order::ID.asc())
        .with(Order::CUSTOMER.filter(Customer::NAME.eq("c2")))
        .all(&db)
        .await?;
    let names: Vec<Option<&str>> =
        orders.iter().map(|(_, customer)| customer.as_ref().map(|customer| customer.name.as_str())).collect();
    assert_eq!(names, [None, Some("c2")]);
    Ok(())
}

#[tokio::test]
async fn a_table_refers_to_itself() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    let reports = Employee::REPORTS.order_by(Employee::NAME.asc());
    let (boss, below): (Employee, Vec<(Employee, Vec<Employee>)>) =
        Employee::find(id(1)).with(reports.with(Employee::REPORTS)).one(&db).await?;
    assert_eq!(proxy.count("SELECT"), 3);
    assert_eq!(boss.name, "boss");
    let names: Vec<(&str, Vec<&str>)> = below
        .iter()
        .map(|(employee, below)| {
            (employee.name.as_str(), below.iter().map(|employee| employee.name.as_str()).collect())
        })
        .collect();
    assert_eq!(names, [("left", vec!["low"]), ("right", vec![])]);
    Ok(())
}

#[tokio::test]
async fn a_key_of_several_columns_leads_both_ways() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    let lines: Vec<(Line, Vec<Piece>)> = Line::filter(Line::ORDER_ID.eq(id(101)))
        .order_by(Line::NUMBER.asc())
        .with(Line::PIECES)
        .all(&db)
        .await?;
    assert_eq!(
        lines.iter().map(|(line, pieces)| (line.number, pieces[0].id)).collect::<Vec<_>>(),
        [(1, 1), (2, 2)]
    );
    assert!(lines.iter().all(|(_, pieces)| pieces.len() == 1));
    let first = Line::PIECES.order_by(Piece::ID.desc()).limit(1);
    let rows: Vec<Line> = lines.into_iter().map(|(line, _)| line).collect();
    assert_eq!(first.load(&rows, &db).await?.concat().len(), 2);
    // A key of which a part is NULL refers to nothing.
    let pieces: Vec<(Piece, Option<Line>)> =
        Piece::order_by(Piece::ID.asc()).with(Piece::LINE).all(&db).await?;
    let numbers: Vec<Option<i32>> =
        pieces.iter().map(|(_, line)| line.as_ref().map(|line| line.number)).collect();
    assert_eq!(numbers, [Some(1), Some(2), None, None]);
    assert_eq!(proxy.count("SELECT"), 5);
    Ok(())
}

#[tokio::test]
async fn a_table_between_leads_both_ways() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    let name = |tags: &[Tag]| tags.iter().map(|tag| tag.name.clone()).collect::<String>();
    let orders: Vec<(Order, Vec<Tag>)> = Order::filter(Order::TOTAL.le(2))
        .order_by(Order::ID.asc())
        .with(Order::TAGS.order_by(Tag::NAME.desc()))
        .all(&db)
        .await?;
    assert_eq!(orders.iter().map(|(_, tags)| name(tags)).collect::<Vec<_>>(), ["ba", "", "ba", ""]);
    let first = Order::TAGS.order_by(Tag::NAME.asc()).limit(1);
    let orders: Vec<Order> = orders.into_iter().map(|(order, _)| order).collect();
    assert_eq!(
        first.load(&orders, &db).await?.iter().map(|tags| name(tags)).collect::<Vec<_>>(),
        ["a", "", "a", ""]
    );
    let tags: Vec<(Tag, Vec<(Order, Customer)>)> = Tag::order_by(Tag::NAME.asc())
        .with(Tag::ORDERS.filter(Order::TOTAL.gt(0)).order_by(Order::ID.asc()).with(Order::CUSTOMER))
        .all(&db)
        .await?;
    let customers: Vec<Vec<&str>> = tags
        .iter()
        .map(|(_, orders)| orders.iter().map(|(_, customer)| customer.name.as_str()).collect())
        .collect();
    assert_eq!(customers, [vec!["c1", "c2"], vec!["c1", "c2"], vec![]]);
    assert_eq!(proxy.count("SELECT"), 6);
    Ok(())
}

#[tokio::test]
async fn nothing_is_asked_for_no_rows() -> Result<()> {
    let (_test_db, proxy, db) = shop().await?;
    proxy.forget_statements();
    let none: Vec<(Customer, Vec<(Order, Vec<Line>)>)> =
        Customer::query().with(Customer::ORDERS.with(Order::LINES)).all(&db).await?;
    assert!(none.is_empty());
    assert_eq!(proxy.count("SELECT"), 1);
    assert!(Customer::ORDERS.load(&[], &db).await?.is_empty());
    assert_eq!(Customer::query().with(Customer::ORDERS).first(&db).await?, None);
    assert_eq!(Customer::find(id(1)).with(Customer::ORDERS).optional(&db).await?, None);
    let error = Customer::find(id(1)).with(Customer::ORDERS).one(&db).await.expect_err("there is none");
    assert!(error.is_not_found() && !error.is_related_not_found());
    // No key to look for: none of these orders has a courier.
    let order = Order { id: id(1), user_id: id(1), courier_id: None, total: 1, status: Status::Open };
    proxy.forget_statements();
    assert_eq!(Order::COURIER.load(&[order], &db).await?, [None]);
    assert_eq!(proxy.count("SELECT"), 0);
    Ok(())
}

#[tokio::test]
async fn rows_that_are_there_get_what_belongs_to_them_in_their_order() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    let mut rows = Customer::order_by(Customer::ID.desc()).all(&db).await?;
    rows.extend(rows.clone());
    let orders = Customer::ORDERS.load(&rows, &db).await?;
    assert_eq!(orders.iter().map(Vec::len).collect::<Vec<_>>(), [0, 10, 5, 0, 10, 5]);
    assert_eq!(proxy.count("SELECT"), 2);
    Ok(())
}

#[tokio::test]
async fn all_levels_read_in_the_transaction() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    let seen = db
        .transaction("read a tree", async |tx| {
            Order::delete(id(205)).exec(&tx).await.ok();
            let order = Order::insert().user_id(id(3)).total(1).status(Status::Open).one(&tx).await?;
            Line::insert().order_id(order.id).number(1).what("new").exec(&tx).await?;
            proxy.forget_statements();
            Customer::filter(Customer::ID.eq(id(3))).with(Customer::ORDERS.with(Order::LINES)).one(&tx).await
        })
        .await;
    // The delete failed, as lines refer to the order, so nothing of this transaction is kept.
    assert!(seen.is_err());
    let (customer, orders) = db
        .transaction("read a tree", async |tx| {
            let order = Order::insert().user_id(id(3)).total(1).status(Status::Open).one(&tx).await?;
            Line::insert().order_id(order.id).number(1).what("new").exec(&tx).await?;
            proxy.forget_statements();
            Customer::find(id(3)).with(Customer::ORDERS.with(Order::LINES)).one(&tx).await
        })
        .await?;
    assert_eq!((customer.name.as_str(), orders.len(), orders[0].1.len()), ("c3", 1, 1));
    assert_eq!(proxy.count("SELECT"), 3);
    Ok(())
}

#[tokio::test]
async fn a_row_that_has_to_be_there_and_is_gone_is_an_error_of_its_own_and_no_404() -> Result<()> {
    let (_test_db, _proxy, db) = filled().await?;
    let order =
        Order { id: id(9), user_id: id(999), courier_id: Some(id(999)), total: 1, status: Status::Open };
    let error = Order::CUSTOMER.load(std::slice::from_ref(&order), &db).await.expect_err("it is gone");
    assert!(error.is_related_not_found() && !error.is_not_found());
    let text = error.to_string();
    assert!(text.contains("a row of `orders` refers to a row of `customers` that is not there"), "{text}");
    // Where it may be missing, it is.
    assert_eq!(Order::COURIER.load(&[order], &db).await?, [None]);
    let gone = OrderTag { order_id: id(101), tag_id: "none".into() };
    assert!(OrderTag::TAG.load(&[gone], &db).await.is_err_and(|error| error.is_related_not_found()));
    Ok(())
}

#[tokio::test]
async fn the_past_is_read_as_of_one_moment() -> Result<()> {
    let (_test_db, _proxy, db) = filled().await?;
    let then = db.snapshot().await?;
    let customers = Customer::order_by(Customer::ID.asc()).with(Customer::ORDERS).all(&then).await?;
    assert_eq!(customers.iter().map(|(_, orders)| orders.len()).collect::<Vec<_>>(), [5, 10, 0]);
    Ok(())
}

#[tokio::test]
async fn every_level_reads_the_past_where_the_handle_does() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    // Four levels below each other, and three for what the leaves belong to.
    let below = Customer::ORDERS.filter(Order::TOTAL.eq(1)).with(
        Order::LINES.order_by(Line::NUMBER.asc()).with(Line::PIECES.with(Piece::LINE.with(Line::ORDER))),
    );
    let past = db.follower_reads();
    proxy.forget_statements();
    let (customer, orders) = Customer::find(id(1)).with(below).one(&past).await?;
    assert_eq!(customer.name, "c1");
    let [(order, lines)] = orders.as_slice() else { panic!("one order has that total") };
    let leaves: Vec<i64> =
        lines.iter().flat_map(|(_, pieces)| pieces.iter().map(|(piece, _)| piece.id)).collect();
    assert_eq!(leaves, [1, 2]);
    for (line, pieces) in lines {
        for (piece, back) in pieces {
            let (of, top) = back.as_ref().expect("it has a line");
            assert_eq!((of, &top.id, piece.number), (line, &order.id, Some(line.number)));
        }
    }
    assert_eq!(proxy.count("SELECT"), 6, "{:?}", proxy.statements());
    Ok(())
}

#[tokio::test]
async fn what_goes_between_two_reads_is_told() -> Result<()> {
    let (_test_db, _proxy, db) = filled().await?;
    let tags = OrderTag::order_by(OrderTag::TAG_ID.asc()).all(&db).await?;
    OrderTag::delete((id(101), "a")).exec(&db).await?;
    OrderTag::delete((id(201), "a")).exec(&db).await?;
    Tag::delete("a").exec(&db).await?;
    let error = OrderTag::TAG.load(&tags, &db).await.expect_err("one of them is gone");
    assert!(error.is_related_not_found() && !error.is_not_found());
    let left = OrderTag::TAG.filter(Tag::NAME.ne("")).load(&tags, &db).await?;
    assert_eq!(left.iter().filter(|tag| tag.is_none()).count(), 2);
    Ok(())
}

#[tokio::test]
async fn more_keys_than_a_message_holds_are_several_statements() -> Result<()> {
    let (_test_db, proxy, db) = filled().await?;
    // 20 bytes each.
    let rows: Vec<Customer> =
        (1..=300_000_u128).map(|n| Customer { id: id(n), name: String::new() }).collect();
    let orders = Customer::ORDERS.load(&rows, &db).await?;
    assert_eq!(orders.len(), rows.len());
    assert_eq!(orders.iter().flatten().count(), 15);
    assert_eq!(proxy.count("SELECT"), 2);
    Ok(())
}
