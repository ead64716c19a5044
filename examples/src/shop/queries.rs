//! Questions about the shop, and their answers as tables.

use crdb_orm::prelude::*;

use super::{Customer, Order, SHOP, Status};
use crate::Outcome;
use crate::table::Table as Printed;

const US_EAST1: Region = SHOP.region("us-east1"); // a typo does not compile

/// What one status amounts to.
#[derive(CrdbRow, Debug)]
pub struct StatusTotal {
    /// The status, as text.
    pub status: String,
    /// How many orders have it.
    pub orders: i64,
    /// What they add up to.
    pub total: Decimal,
}

/// Where typed queries end, SQL of one's own begins, with typed rows all the same.
const BY_STATUS: &str = "SELECT status::TEXT AS status, count(*) AS orders, sum(total)::DECIMAL AS total \
                         FROM orders GROUP BY status ORDER BY total DESC";

/// Asks a few questions and prints what comes back.
///
/// # Errors
/// Any error of the database.
pub async fn show(db: &Database) -> Outcome {
    let mut totals = Printed::new("What the orders amount to", &["status", "orders", "total"]);
    for row in Sql::trusted(BY_STATUS).all::<StatusTotal, _>(db).await? {
        totals.row(&[&row.status, &row.orders, &row.total]);
    }
    print!("{totals}");

    let open = Order::filter(Order::STATUS.ne(Status::Completed).and(Order::REGION.eq(US_EAST1)));
    let largest =
        open.clone().order_by(Order::TOTAL.desc()).order_by(Order::ID.asc()).limit(5).all(db).await?;
    let customers =
        Customer::filter(Customer::ID.eq_any(largest.iter().map(|order| order.user_id))).all(db).await?;
    let mut table = Printed::new(
        "The largest orders in us-east1 that are not completed",
        &["customer", "status", "total", "placed"],
    );
    for order in &largest {
        let name =
            customers.iter().find(|customer| customer.id == order.user_id).map_or("?", |c| c.name.as_str());
        table.row(&[
            &name,
            &format!("{:?}", order.status),
            &order.total,
            &order.created_at.format("%Y-%m-%d"),
        ]);
    }
    print!("{table}");

    let mut table = Printed::new("The shop in numbers", &["question", "answer"]);
    table.row(&[&"customers", &Customer::query().count(db).await?]);
    table.row(&[&"orders in us-east1 that are not completed", &open.clone().count(db).await?]);
    table.row(&[&"their sum", &open.clone().sum(Order::TOTAL, db).await?.unwrap_or_default()]);
    table.row(&[&"their average", &format!("{:.2}", open.avg(Order::TOTAL, db).await?.unwrap_or_default())]);
    let tiny = Order::filter(Order::TOTAL.lt(Decimal::ONE)).exists(db).await?;
    table.row(&[&"any order under 1.00", &tiny]);
    print!("{table}");

    one_order(db).await
}

/// The life of one order: insert, find, update, upsert, delete.
async fn one_order(db: &Database) -> Outcome {
    let customer =
        Customer::insert().email("new@example.com").name("Nova Newcomer").region(US_EAST1).one(db).await?;
    let order =
        Order::insert().user_id(customer.id).total(Decimal::new(999, 2)).region(US_EAST1).one(db).await?;
    let paid = Order::update(order.id).set(Order::STATUS, Status::Paid).one(db).await?;
    let mut table = Printed::new("One order, step by step", &["step", "status", "total"]);
    table.row(&[&"inserted (status by default)", &format!("{:?}", order.status), &order.total]);
    table.row(&[&"updated", &format!("{:?}", paid.status), &paid.total]);
    let raised = Order { total: paid.total + Decimal::ONE, ..paid };
    let raised = Order::upsert(&raised).one(db).await?;
    table.row(&[&"upserted", &format!("{:?}", raised.status), &raised.total]);
    let gone = Order::delete(order.id).exec(db).await?;
    table.row(&[&"deleted", &gone, &""]);
    print!("{table}");
    Customer::delete(customer.id).exec(db).await?;
    Ok(())
}

/// The shop's main statements as the library writes them: a name, the types of their placeholders, example
/// values for them, and the text.
///
/// # Panics
/// Never: the updates here set a column.
pub fn statements() -> Vec<(&'static str, &'static str, &'static str, String)> {
    let id = Uuid::nil();
    let open = || Order::filter(Order::STATUS.ne(Status::Completed).and(Order::USER_ID.eq(id)));

    vec![
        (
            "insert_customer",
            "UUID, TEXT, TEXT, TEXT",
            "'11111111-1111-4111-8111-111111111111', 'ann@example.com', 'Ann', 'us-east1'",
            Customer::insert().id(id).email("").name("").region(US_EAST1).to_sql(),
        ),
        (
            "insert_order",
            "UUID, UUID, DECIMAL, TEXT",
            "'22222222-2222-4222-8222-222222222222', '11111111-1111-4111-8111-111111111111', 9.99, 'us-east1'",
            Order::insert().id(id).user_id(id).total(Decimal::ONE).region(US_EAST1).to_sql(),
        ),
        ("find_order", "UUID", "'22222222-2222-4222-8222-222222222222'", Order::find(id).to_sql()),
        (
            "open_orders",
            "TEXT, UUID, INT8",
            "'completed', '11111111-1111-4111-8111-111111111111', 50",
            open().order_by(Order::CREATED_AT.desc()).limit(50).to_sql(),
        ),
        (
            "pay_order",
            "TEXT, UUID",
            "'paid', '22222222-2222-4222-8222-222222222222'",
            Order::update(id).set(Order::STATUS, Status::Paid).to_sql().unwrap_or_default(),
        ),
        ("by_status", "", "", BY_STATUS.to_owned()),
        ("delete_order", "UUID", "'22222222-2222-4222-8222-222222222222'", Order::delete(id).to_sql()),
    ]
}
