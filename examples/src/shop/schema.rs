//! The schema: two structs and a const item.

use crdb_orm::prelude::*;
use crdb_orm::schema::SurvivalGoal;

/// Where an order stands.
#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Placed, not paid.
    Pending,
    /// Paid, not sent.
    Paid,
    /// On its way.
    Shipped,
    /// Delivered.
    Completed,
    /// Called off.
    Cancelled,
}

/// A customer of the shop.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "customers", locality = regional_by_row(region))]
pub struct Customer {
    /// Made by the client, so that it is known before the answer comes.
    #[crdb(primary_key)]
    pub id: Uuid,
    /// Where receipts go.
    #[crdb(unique, string(320))]
    pub email: String,
    /// As the customer writes it.
    pub name: String,
    /// Where the customer lives.
    pub region: Region,
    /// When the account was opened.
    #[crdb(default = now())]
    pub created_at: DateTime<Utc>,
}

/// A customer order.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "orders", locality = regional_by_row(region))]
#[crdb(index(idx_orders_user, on(user_id, created_at desc)))]
#[crdb(index(idx_orders_status, on(status), filter = "status != 'completed'"))]
#[crdb(changefeed(into = "kafka://broker:9092", updated, resolved = "10s"))]
pub struct Order {
    /// Made by the client, so that it is known before the answer comes.
    #[crdb(primary_key)]
    pub id: Uuid,
    /// Who ordered.
    #[crdb(references = Customer)]
    pub user_id: Uuid,
    /// What is to be paid, in the shop's currency.
    #[crdb(decimal(10, 2))]
    pub total: Decimal,
    /// Where the order stands.
    #[crdb(default = Status::Pending)]
    pub status: Status,
    /// Where the row lives: beside its customer.
    pub region: Region,
    /// When the order was placed.
    #[crdb(default = now())]
    pub created_at: DateTime<Utc>,
}

/// The whole schema.
pub const SHOP: Schema = Schema::new("shop")
    .regions(&["us-east1", "us-west1", "europe-west1"])
    .survive(SurvivalGoal::Region)
    .tables(&[Customer::TABLE, Order::TABLE]);
