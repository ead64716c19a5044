//! The tables of these tests: a shop, with every kind of relation, in circles.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::testing::{FaultProxy, TestDb};

#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Open,
    // Before `Open` in the alphabet, after it in the type.
    Closed,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "customers")]
#[crdb(has_many(orders = Order::USER_ID), has_one(profile = Profile::CUSTOMER_ID))]
pub(crate) struct Customer {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) name: String,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "profiles", belongs_to(customer = customer_id))]
pub(crate) struct Profile {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(references = Customer, unique)]
    pub(crate) customer_id: Uuid,
    pub(crate) text: String,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "orders", index(on(user_id, total desc)))]
#[crdb(belongs_to(customer = user_id, courier = courier_id), has_many(lines = Line::ORDER_ID))]
#[crdb(many_to_many(tags = Tag, through(OrderTag::ORDER_ID, OrderTag::TAG_ID)))]
pub(crate) struct Order {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(references = Customer)]
    pub(crate) user_id: Uuid,
    #[crdb(references = Employee, index)]
    pub(crate) courier_id: Option<Uuid>,
    pub(crate) total: i64,
    pub(crate) status: Status,
}

/// Its key is of two columns.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "lines", primary_key(order_id, number))]
#[crdb(belongs_to(order = order_id))]
#[crdb(has_many(pieces = (Piece::ORDER_ID, Piece::NUMBER)))]
pub(crate) struct Line {
    #[crdb(references = Order, index)]
    pub(crate) order_id: Uuid,
    pub(crate) number: i32,
    pub(crate) what: String,
}

/// A key of two columns refers to a key of two columns.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "pieces", index(on(order_id, number)))]
#[crdb(foreign_key(order_id, number, references = Line), belongs_to(line = (order_id, number)))]
pub(crate) struct Piece {
    #[crdb(primary_key)]
    pub(crate) id: i64,
    pub(crate) order_id: Option<Uuid>,
    pub(crate) number: Option<i32>,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "tags")]
#[crdb(many_to_many(orders = Order, through(OrderTag::TAG_ID, OrderTag::ORDER_ID)))]
pub(crate) struct Tag {
    #[crdb(primary_key)]
    pub(crate) name: String,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "order_tags", primary_key(order_id, tag_id))]
#[crdb(belongs_to(order = order_id, tag = tag_id))]
pub(crate) struct OrderTag {
    #[crdb(references = Order)]
    pub(crate) order_id: Uuid,
    #[crdb(references = Tag, index)]
    pub(crate) tag_id: String,
}

/// It refers to itself.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "employees")]
#[crdb(belongs_to(manager = manager_id), has_many(reports = Self::MANAGER_ID))]
pub(crate) struct Employee {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) name: String,
    #[crdb(references = Employee, index)]
    pub(crate) manager_id: Option<Uuid>,
}

const SCHEMA: Schema = Schema::new("relations").tables(&[
    Customer::TABLE,
    Profile::TABLE,
    Employee::TABLE,
    Order::TABLE,
    Line::TABLE,
    Piece::TABLE,
    Tag::TABLE,
    OrderTag::TABLE,
]);

pub(crate) fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// An empty shop, and the same through a proxy that counts statements.
pub(crate) async fn shop() -> Result<(TestDb, FaultProxy, Database)> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    let proxy = FaultProxy::to(&db).await?;
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await?;
    Ok((db, proxy, through))
}

/// Customers 1 to 3, of whom the third has nothing. Customer n has orders `10 n + 1 ..`, of totals 1 to `5 n`, and each order
/// two lines; two in three orders are open. The first order of each has the tags `a` and `b`.
pub(crate) async fn filled() -> Result<(TestDb, FaultProxy, Database)> {
    let (test_db, proxy, db) = shop().await?;
    Customer::insert_many((1..=3).map(|n| Customer { id: id(n), name: format!("c{n}") })).exec(&db).await?;
    Employee::insert_many([
        Employee { id: id(1), name: "boss".into(), manager_id: None },
        Employee { id: id(2), name: "left".into(), manager_id: Some(id(1)) },
        Employee { id: id(3), name: "right".into(), manager_id: Some(id(1)) },
        Employee { id: id(4), name: "low".into(), manager_id: Some(id(2)) },
    ])
    .in_flight(1)
    .exec(&db)
    .await?;
    Profile::insert().customer_id(id(2)).text("second").exec(&db).await?;
    let (mut orders, mut lines) = (Vec::new(), Vec::new());
    for customer in 1..=2_u128 {
        for total in 1..=customer * 5 {
            let order = id(customer * 100 + total);
            orders.push(Order {
                id: order,
                user_id: id(customer),
                courier_id: (total % 2 == 0).then(|| id(4)),
                total: i64::try_from(total).expect("it is small"),
                status: if total % 3 == 0 { Status::Closed } else { Status::Open },
            });
            for number in 1..=2 {
                lines.push(Line { order_id: order, number, what: format!("{customer}/{total}/{number}") });
            }
        }
    }
    Order::insert_many(&orders).exec(&db).await?;
    Line::insert_many(&lines).exec(&db).await?;
    Piece::insert_many((1..=4_i32).map(|n| Piece {
        id: i64::from(n),
        order_id: (n < 4).then_some(id(101)),
        number: (n < 3).then_some(n),
    }))
    .exec(&db)
    .await?;
    Tag::insert_many(["a", "b", "c"].map(|name| Tag { name: name.into() })).exec(&db).await?;
    let tagged = [(101, "a"), (101, "b"), (201, "a"), (201, "b")];
    OrderTag::insert_many(tagged.map(|(order, tag)| OrderTag { order_id: id(order), tag_id: tag.into() }))
        .exec(&db)
        .await?;
    proxy.forget_statements();
    Ok((test_db, proxy, db))
}
