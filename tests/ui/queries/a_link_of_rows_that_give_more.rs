use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "orders", has_many(lines = OrderProduct::ORDER_ID))]
#[crdb(many_to_many(products = Product, through(OrderProduct::ORDER_ID, OrderProduct::PRODUCT_ID)))]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "products")]
struct Product {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

#[derive(CrdbTable)]
#[crdb(table = "order_products", primary_key(order_id, product_id))]
struct OrderProduct {
    #[crdb(references = Order)]
    order_id: Uuid,
    #[crdb(references = Product, index)]
    product_id: Uuid,
    quantity: i32,
}

async fn run(db: &Database, id: Uuid) -> Result<(), crdb_orm::Error> {
    Order::insert().link(Order::PRODUCTS, [id]).exec(db).await?;
    Order::insert().with(Order::PRODUCTS, [Product::insert().name("soap")]).exec(db).await?;
    let lines = || [OrderProduct::insert().product_id(id).quantity(2)];
    Order::insert().with(Order::LINES, lines()).link(Order::PRODUCTS, [id]).exec(db).await?;
    Order::insert().with(Order::LINES, lines()).with(Order::PRODUCTS, [Product::insert().name("soap")]).exec(db).await?;
    // What is right: to read by it, and to insert by the rows between.
    Order::query().with(Order::PRODUCTS).all(db).await?;
    Order::insert().with(Order::LINES, lines()).exec(db).await?;
    Ok(())
}

fn main() {}
