//! The tables of these tests.

use crdb_orm::Result;
use crdb_orm::prelude::*;
use crdb_orm::query::NewRow;
use crdb_orm::testing::{FaultProxy, TestDb};

#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Open,
    // Before `Open` in the alphabet, after it in the type.
    Closed,
}

/// A text that knows when it was changed.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "documents")]
pub(crate) struct Document {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(unique)]
    pub(crate) name: String,
    #[crdb(default = "")]
    pub(crate) text: String,
    #[crdb(version)]
    pub(crate) version: i64,
    #[crdb(updated_at)]
    pub(crate) updated_at: DateTime<Utc>,
}

/// The time without a zone, and nothing else that counts.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "plain")]
pub(crate) struct Plain {
    #[crdb(primary_key)]
    pub(crate) id: i64,
    pub(crate) n: i64,
    #[crdb(updated_at)]
    pub(crate) changed: Option<NaiveDateTime>,
}

/// An event, by a key of two columns, the first of which is an enum.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "events", primary_key(status, number))]
pub(crate) struct Event {
    pub(crate) status: Status,
    pub(crate) number: i64,
    pub(crate) level: Option<i32>,
    #[crdb(default = 0)]
    pub(crate) seen: i64,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "customers")]
#[crdb(has_many(orders = Order::CUSTOMER_ID), has_one(profile = Profile::CUSTOMER_ID))]
pub(crate) struct Customer {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(unique)]
    pub(crate) name: String,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "profiles")]
pub(crate) struct Profile {
    #[crdb(primary_key, references = Customer)]
    pub(crate) customer_id: Uuid,
    pub(crate) text: String,
}

/// Two of its columns refer to customers.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "gifts")]
pub(crate) struct Gift {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(references = Giver, index)]
    pub(crate) from_id: i64,
    #[crdb(references = Giver, index)]
    pub(crate) to_id: i64,
}

/// Its key is given.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "givers", has_many(given = Gift::FROM_ID))]
pub(crate) struct Giver {
    #[crdb(primary_key, default = sql("1"))]
    pub(crate) id: i64,
    #[crdb(default = "")]
    pub(crate) name: String,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "orders", has_many(lines = Line::ORDER_ID, notes = Note::ORDER_ID, stamps = Stamp::ORDER_ID, steps = Step::ORDER_ID))]
#[crdb(many_to_many(tags = Tag, through(OrderTag::ORDER_ID, OrderTag::TAG)))]
pub(crate) struct Order {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(references = Customer, index)]
    pub(crate) customer_id: Uuid,
    pub(crate) total: i64,
    #[crdb(default = Status::Open)]
    pub(crate) status: Status,
}

/// Its key is made by the server.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "notes")]
pub(crate) struct Note {
    #[crdb(primary_key, default = sql("gen_random_uuid()"))]
    pub(crate) id: Uuid,
    #[crdb(references = Order, index)]
    pub(crate) order_id: Uuid,
    pub(crate) text: String,
}

/// The server cuts its key to whole seconds.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "stamps", primary_key(order_id, at))]
pub(crate) struct Stamp {
    #[crdb(references = Order)]
    pub(crate) order_id: Uuid,
    #[crdb(precision(0))]
    pub(crate) at: NaiveDateTime,
    pub(crate) text: String,
}

/// One number of its key can be written in several ways.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "steps", primary_key(order_id, position))]
pub(crate) struct Step {
    #[crdb(references = Order)]
    pub(crate) order_id: Uuid,
    pub(crate) position: Decimal,
    pub(crate) what: String,
}

/// What is sent from a warehouse.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "parcels", primary_key(warehouse_id, number))]
#[crdb(many_to_many(parts = Part, through((ParcelPart::WAREHOUSE_ID, ParcelPart::PARCEL), (ParcelPart::WAREHOUSE_ID, ParcelPart::PART))))]
pub(crate) struct Parcel {
    pub(crate) warehouse_id: i64,
    pub(crate) number: i64,
}

/// What lies in a warehouse.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "parts", primary_key(warehouse_id, number))]
pub(crate) struct Part {
    pub(crate) warehouse_id: i64,
    pub(crate) number: i64,
}

/// One column is of both keys.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "parcel_parts", primary_key(warehouse_id, parcel, part), index(on(warehouse_id, part)))]
#[crdb(foreign_key(warehouse_id, parcel, references = Parcel), foreign_key(warehouse_id, part, references = Part))]
pub(crate) struct ParcelPart {
    pub(crate) warehouse_id: i64,
    pub(crate) parcel: i64,
    pub(crate) part: i64,
}

/// Its key is of two columns, one of them that of the order.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "lines", primary_key(order_id, number), has_many(parts = (LinePart::ORDER_ID, LinePart::NUMBER)))]
pub(crate) struct Line {
    #[crdb(references = Order)]
    pub(crate) order_id: Uuid,
    pub(crate) number: i32,
    pub(crate) what: String,
    #[crdb(default = sql("ARRAY[]::TEXT[]"))]
    pub(crate) words: Vec<String>,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "line_parts", index(on(order_id, number)))]
#[crdb(foreign_key(order_id, number, references = Line))]
pub(crate) struct LinePart {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) order_id: Option<Uuid>,
    pub(crate) number: Option<i32>,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "tags", has_many(uses = OrderTag::TAG))]
#[crdb(many_to_many(topics = Topic, through(TagTopic::TAG, TagTopic::TOPIC_ID)))]
pub(crate) struct Tag {
    #[crdb(primary_key)]
    pub(crate) name: String,
}

/// What tags are about.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "topics", has_many(sayings = Saying::TOPIC_ID, uses = TagTopic::TOPIC_ID))]
pub(crate) struct Topic {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(unique)]
    pub(crate) name: String,
}

/// The number of its key can be written in several ways.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "sayings", primary_key(topic_id, position))]
pub(crate) struct Saying {
    #[crdb(references = Topic)]
    pub(crate) topic_id: Uuid,
    #[crdb(decimal(10, 2))]
    pub(crate) position: Decimal,
    pub(crate) text: String,
}

/// Numbers of sayings. The server writes all of them with two digits: some as they were sent, some not.
pub(crate) const NUMBERS: [&str; 6] = ["7", "3.00", "9.5", "1.00", "8.0", "2.00"];

/// A new saying of each number, which is also its text.
pub(crate) fn sayings(topic: &Topic) -> impl Iterator<Item = impl NewRow<Saying>> + Send {
    NUMBERS.iter().map(|number| {
        let position = number.parse::<Decimal>().expect("a number");
        Saying::insert().topic_id(topic.id).position(position).text(*number)
    })
}

/// A table between whose key is made by the server.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "tag_topics")]
pub(crate) struct TagTopic {
    #[crdb(primary_key, default = sql("gen_random_uuid()"))]
    pub(crate) id: Uuid,
    #[crdb(references = Tag, index)]
    pub(crate) tag: String,
    #[crdb(references = Topic, index)]
    pub(crate) topic_id: Uuid,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "order_tags", primary_key(order_id, tag))]
pub(crate) struct OrderTag {
    #[crdb(references = Order)]
    pub(crate) order_id: Uuid,
    #[crdb(references = Tag, index)]
    pub(crate) tag: String,
}

/// What the server sets when it is updated, where it can.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "visits")]
pub(crate) struct Visit {
    #[crdb(primary_key)]
    pub(crate) id: i64,
    pub(crate) page: String,
    #[crdb(default = now(), on_update = now())]
    pub(crate) seen: DateTime<Utc>,
}

#[derive(CrdbPatch, Default)]
#[crdb(table = Visit)]
pub(crate) struct VisitPatch {
    pub(crate) seen: Option<DateTime<Utc>>,
}

/// It moves to the region that updates it.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "carts", locality = regional_by_row(region), auto_rehoming)]
pub(crate) struct Cart {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) total: i64,
    pub(crate) region: Region,
}

/// What is deleted stays, and may be inserted as deleted.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "drafts", has_many(pages = DraftPage::DRAFT_ID))]
pub(crate) struct Draft {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    pub(crate) text: String,
    #[crdb(soft_delete)]
    pub(crate) deleted_at: Option<DateTime<Utc>>,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "draft_pages")]
pub(crate) struct DraftPage {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(references = Draft, index)]
    pub(crate) draft_id: Uuid,
}

/// A category of categories.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "categories", has_many(below = Category::ABOVE))]
pub(crate) struct Category {
    #[crdb(primary_key)]
    pub(crate) id: Uuid,
    #[crdb(references = Category, index)]
    pub(crate) above: Option<Uuid>,
    pub(crate) name: String,
}

/// A table of the name by which rows of a batch are called.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "given")]
pub(crate) struct Given {
    #[crdb(primary_key)]
    pub(crate) id: i64,
    pub(crate) n: i64,
    #[crdb(version)]
    pub(crate) version: i64,
}

pub(crate) const SCHEMA: Schema = Schema::new("writes").tables(&[
    Document::TABLE,
    Plain::TABLE,
    Event::TABLE,
    Customer::TABLE,
    Profile::TABLE,
    Giver::TABLE,
    Gift::TABLE,
    Order::TABLE,
    Line::TABLE,
    LinePart::TABLE,
    Tag::TABLE,
    Topic::TABLE,
    Saying::TABLE,
    TagTopic::TABLE,
    OrderTag::TABLE,
    Note::TABLE,
    Stamp::TABLE,
    Step::TABLE,
    Visit::TABLE,
    Draft::TABLE,
    DraftPage::TABLE,
    Parcel::TABLE,
    Part::TABLE,
    ParcelPart::TABLE,
    Category::TABLE,
    Given::TABLE,
]);

pub(crate) async fn database() -> Result<TestDb> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    Ok(db)
}

/// The same database through a proxy, on one connection at a time.
pub(crate) async fn proxied(db: &TestDb) -> Result<(FaultProxy, Database)> {
    let proxy = FaultProxy::to(db).await?;
    let through = Database::builder(&proxy.url()).max_connections(1).connect().await?;
    Ok((proxy, through))
}
