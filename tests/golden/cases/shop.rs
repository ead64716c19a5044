//! The shop that the documentation begins with.

use crdb_orm::Schema;
use crdb_orm::schema::{
    Action, ChangefeedDef, ChangefeedOption, CheckDef, ColumnDef, ColumnType, DefaultValue, EnumDef,
    ForeignKeyDef, IndexDef, KeyPart, Locality, SurvivalGoal, TableDef, TypeName,
};

use super::{CREATED_AT, Case, EMAIL, ID, KEY, REGION};

const STATUS: EnumDef = EnumDef {
    name: TypeName::new("order_status"),
    labels: &["pending", "paid", "shipped", "completed"],
    comment: Some("Where an order is on its way."),
};

const CUSTOMERS: TableDef = TableDef::new(
    TypeName::new("customers"),
    &[ID, EMAIL.unique(), ColumnDef::new("name", ColumnType::String).length(200), CREATED_AT],
    KEY,
)
.locality(Locality::Global);

const ACCOUNTS: TableDef = TableDef::new(
    TypeName::new("accounts"),
    &[
        ID,
        ColumnDef::new("owner", ColumnType::Uuid),
        ColumnDef::new("balance", ColumnType::Decimal).decimal(12, 2).default(DefaultValue::Sql("0")),
        ColumnDef::new("version", ColumnType::Int8).default(DefaultValue::Sql("1")),
    ],
    KEY,
)
.foreign_keys(&[
    ForeignKeyDef::new(&["owner"], TypeName::new("customers"), &["id"]).on_delete(Action::Restrict)
])
.checks(&[CheckDef::new("balance >= 0").name("accounts_balance_not_negative")])
.indexes(&[IndexDef::new(&[KeyPart::asc("owner")]).storing(&["balance"])])
.locality(Locality::RegionalByTable(None));

pub(crate) const ORDERS: TableDef = TableDef::new(
    TypeName::new("orders"),
    &[
        ID,
        ColumnDef::new("user_id", ColumnType::Uuid),
        ColumnDef::new("total", ColumnType::Decimal).decimal(10, 2),
        ColumnDef::new("status", ColumnType::Enum(&STATUS)).default(DefaultValue::Text("pending")),
        REGION,
        CREATED_AT,
    ],
    KEY,
)
.foreign_keys(&[ForeignKeyDef::new(&["user_id"], TypeName::new("customers"), &["id"])])
.indexes(&[
    IndexDef::new(&[KeyPart::asc("user_id"), KeyPart::desc("created_at")]).name("idx_orders_user"),
    IndexDef::new(&[KeyPart::asc("status")]).name("idx_orders_status").filter("status != 'completed'"),
])
.locality(Locality::RegionalByRow(Some("region")))
.changefeeds(&[ChangefeedDef::new(
    "kafka://broker:9092",
    &[ChangefeedOption::Updated, ChangefeedOption::Resolved(Some("10s"))],
)])
.comment("A customer order.");

/// The tables are given in the wrong order on purpose.
pub(crate) const SHOP: Schema = Schema::new("shop")
    .regions(&["us-east1", "us-west1", "europe-west1"])
    .survive(SurvivalGoal::Region)
    .tables(&[&ORDERS, &ACCOUNTS, &CUSTOMERS]);

pub(super) const CASES: &[Case] = &[Case { name: "shop", schema: SHOP }];
