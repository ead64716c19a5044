//! The tables of these tests: customers and orders of tenants, which stay when they are deleted; tags of tenants; countries
//! of nobody; pages of nobody that stay when they are deleted.

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
use crdb_orm::{Result, Scoped};

#[derive(CrdbType, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TenantId(pub(crate) Uuid);

/// The same ids for every tenant: the key begins with the tenant.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "customers", primary_key(tenant_id, id))]
#[crdb(has_many(orders = (Order::TENANT_ID, Order::CUSTOMER_ID)), belongs_to(country = country_id))]
pub(crate) struct Customer {
    #[crdb(tenant)]
    pub(crate) tenant_id: TenantId,
    pub(crate) id: i64,
    pub(crate) name: String,
    #[crdb(references = Country, index)]
    pub(crate) country_id: Option<String>,
    #[crdb(soft_delete)]
    pub(crate) deleted_at: Option<DateTime<Utc>>,
    #[crdb(version)]
    pub(crate) version: i64,
}

/// One id among all tenants: what a tenant must not touch by its id.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "orders", index(on(tenant_id, customer_id, total)))]
#[crdb(foreign_key(tenant_id, customer_id, references = Customer))]
#[crdb(belongs_to(customer = (tenant_id, customer_id)))]
#[crdb(many_to_many(tags = Tag, through(OrderTag::ORDER_ID, OrderTag::TAG_ID)))]
#[crdb(index(orders_number, on(tenant_id, number), unique, filter = "deleted_at IS NULL"))]
pub(crate) struct Order {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(tenant)]
    pub(crate) tenant_id: TenantId,
    pub(crate) customer_id: i64,
    pub(crate) total: i64,
    pub(crate) number: i64,
    #[crdb(default = sql("'{}'"))]
    pub(crate) marks: Vec<String>,
    #[crdb(soft_delete)]
    pub(crate) deleted_at: Option<DateTime<Utc>>,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "tags", index(on(tenant_id)))]
pub(crate) struct Tag {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(tenant)]
    pub(crate) tenant_id: TenantId,
    pub(crate) name: String,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "order_tags", primary_key(order_id, tag_id))]
#[allow(clippy::struct_field_names, reason = "a table between two")]
pub(crate) struct OrderTag {
    #[crdb(references = Order)]
    pub(crate) order_id: Uuid,
    #[crdb(references = Tag, index)]
    pub(crate) tag_id: Uuid,
    #[crdb(tenant)]
    pub(crate) tenant_id: TenantId,
}

/// It belongs to nobody.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "countries", has_many(customers = Customer::COUNTRY_ID))]
pub(crate) struct Country {
    #[crdb(primary_key)]
    pub(crate) id: String,
    pub(crate) name: String,
}

/// It belongs to nobody, and stays when it is deleted.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "pages", index(pages_slug, on(slug), unique, filter = "removed IS NULL"))]
#[crdb(belongs_to(parent = parent_id), has_many(children = Page::PARENT_ID))]
pub(crate) struct Page {
    #[crdb(primary_key)]
    pub(crate) id: i64,
    pub(crate) slug: String,
    #[crdb(default = 0)]
    pub(crate) hits: i64,
    #[crdb(references = Page, index)]
    pub(crate) parent_id: Option<i64>,
    #[crdb(column = "removed", soft_delete)]
    pub(crate) removed_at: Option<DateTime<Utc>>,
}

/// Another kind of tenant, of the same SQL type.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "shelves", index(on(library)))]
pub(crate) struct Shelf {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(tenant)]
    pub(crate) library: Uuid,
}

/// In a schema of SQL, by the name that another table has in the default one.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "orders", schema = "sales", primary_key(tenant_id, number))]
pub(crate) struct Sale {
    #[crdb(tenant)]
    pub(crate) tenant_id: TenantId,
    pub(crate) number: i64,
    #[crdb(default = 0)]
    pub(crate) amount: i64,
    #[crdb(soft_delete)]
    pub(crate) deleted_at: Option<DateTime<Utc>>,
    #[crdb(version)]
    pub(crate) version: i64,
    #[crdb(updated_at)]
    pub(crate) updated_at: DateTime<Utc>,
}

#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hall {
    North,
    South,
}

/// Its tenant travels as text.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "seats", primary_key(hall, number))]
pub(crate) struct Seat {
    #[crdb(tenant)]
    pub(crate) hall: Hall,
    pub(crate) number: i64,
    pub(crate) taken: bool,
}

const SCHEMA: Schema = Schema::new("scopes").tables(&[
    Country::TABLE,
    Customer::TABLE,
    Order::TABLE,
    Tag::TABLE,
    OrderTag::TABLE,
    Page::TABLE,
    Shelf::TABLE,
    Seat::TABLE,
    Sale::TABLE,
    Ledger::TABLE,
]);

pub(crate) fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub(crate) const A: TenantId = TenantId(Uuid::from_u128(0xa));
pub(crate) const B: TenantId = TenantId(Uuid::from_u128(0xb));

/// The id of order `n` of a tenant.
pub(crate) fn order_id(tenant: TenantId, n: i64) -> Uuid {
    id(tenant.0.as_u128() * 100 + u128::try_from(n).expect("a small number"))
}

pub(crate) async fn empty() -> Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    Ok(db)
}

/// Tenants A and B, each with customers 1 to 3 and orders 1 to 6, of which the second half belongs to customer 2; customer
/// 3 and order 6 are deleted. The first order of each has the tag. Of sales 1 to 3 the last is deleted.
pub(crate) async fn filled() -> Result<TestDb> {
    let db = empty().await?;
    populate(&db, &[A, B]).await?;
    Ok(db)
}

/// The rows of these tenants.
pub(crate) async fn populate(db: &Database, tenants: &[TenantId]) -> Result<()> {
    Country::insert().id("at").name("Austria").exec(db).await?;
    for tenant in tenants {
        fill(&db.scoped(*tenant)).await?;
    }
    Ok(())
}

async fn fill(own: &Scoped<Database, TenantId>) -> Result<()> {
    let tenant = *own.tenant();
    for n in 1..=3 {
        Customer::insert().id(n).name(format!("c{n}")).country_id("at".to_owned()).exec(own).await?;
    }
    let order = |n: i64| {
        Order::insert().id(order_id(tenant, n)).customer_id(if n > 3 { 2 } else { 1 }).total(10 * n).number(n)
    };
    Order::insert_many((1..=6).map(order)).exec(own).await?;
    let tag = Tag::insert().id(id(tenant.0.as_u128())).name("new").one(own).await?;
    OrderTag::insert().order_id(order_id(tenant, 1)).tag_id(tag.id).exec(own).await?;
    Sale::insert_many((1..=3).map(|n| Sale::insert().number(n))).exec(own).await?;
    assert!(Sale::delete((tenant, 3)).exec(own).await?);
    assert!(Order::delete(order_id(tenant, 6)).exec(own).await?);
    assert!(Customer::delete((tenant, 3)).exec(own).await?);
    Ok(())
}
