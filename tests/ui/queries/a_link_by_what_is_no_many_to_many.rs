use crdb_orm::prelude::*;

#[derive(CrdbTable)]
#[crdb(table = "orders", has_many(lines = Line::ORDER_ID))]
#[crdb(many_to_many(tags = Tag, through(OrderTag::ORDER_ID, OrderTag::TAG_ID)))]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "lines")]
struct Line {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references = Order, index)]
    order_id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "tags")]
struct Tag {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "order_tags", primary_key(order_id, tag_id))]
struct OrderTag {
    #[crdb(references = Order)]
    order_id: Uuid,
    #[crdb(references = Tag, index)]
    tag_id: Uuid,
}

async fn run(db: &Database, id: Uuid) -> Result<(), crdb_orm::Error> {
    Order::insert().link(Order::TAGS, [id]).exec(db).await?;
    Order::insert().link(Order::LINES, [id]).exec(db).await?;
    Order::insert().link(Order::TAGS, ["a name"]).exec(db).await?;
    Ok(())
}

fn main() {}
