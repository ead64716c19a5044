//! Every attribute of a table at once.

use crdb_orm::prelude::*;

#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq)]
#[crdb(name = "Order Status", schema = "sales", rename_all = "UPPERCASE")]
enum Status {
    Open,
    #[crdb(rename = "all done")]
    Done,
}

#[derive(CrdbTable)]
#[crdb(locality = global)]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "Orders", schema = "sales")]
#[crdb(primary_key(tenant, id desc, hash_sharded = 8), locality = regional_by_row(region))]
#[crdb(index(by_customer, on(customer, at desc), unique, filter = "total > 0", storing(total, note)))]
#[crdb(index(name = "By Time", on(at), hash_sharded = 4), index(on(total asc)), unique(tenant, number))]
#[crdb(check = "total >= 0", check(positive, "number > 0"))]
#[crdb(changefeed(
    into = "kafka://broker:9092",
    updated,
    resolved = "10s",
    diff,
    mvcc_timestamp,
    key_in_value,
    full_table_name,
    split_column_families,
    min_checkpoint_frequency = "1s",
    envelope = wrapped,
    initial_scan = "no",
))]
struct Order {
    tenant: i64,
    #[crdb(default = gen_random_uuid())]
    id: Uuid,
    #[crdb(references(Customer, on_delete = cascade, on_update = no_action), index)]
    customer: Uuid,
    #[crdb(decimal(10, 2, rounded), default = 1)]
    rate: Decimal,
    #[crdb(decimal(10, 2), check = "total < 1000000", default = 0)]
    total: Decimal,
    #[crdb(default = Status::Open)]
    status: Status,
    region: Region,
    #[crdb(default = now())]
    at: DateTime<Utc>,
    #[crdb(string(40), column = "Note")]
    note: Option<String>,
    #[crdb(varchar(20), default = "new")]
    kind: String,
    #[crdb(char(2))]
    country: Option<String>,
    #[crdb(unique)]
    number: i32,
    #[crdb(computed = "total * 2")]
    double: Option<Decimal>,
    #[crdb(computed("total * 3", virtual))]
    triple: Option<Decimal>,
    #[crdb(default = sql("ARRAY[]::INT8[]"))]
    list: Vec<i64>,
    #[crdb(default = -1.5)]
    factor: f64,
    #[crdb(default = b"\x00a")]
    bytes: Vec<u8>,
    #[crdb(skip)]
    cache: u8,
}

const SHOP: Schema =
    Schema::new("shop").regions(&["us-east1", "us-west1"]).tables(&[Customer::TABLE, Order::TABLE]);

fn main() {
    let ddl = SHOP.ddl(crdb_orm::Target::COCKROACHDB).expect("the schema").to_string();
    assert!(ddl.contains("USING HASH"), "{ddl}");
    let id = Uuid::nil();
    let sql = Order::insert()
        .tenant(1)
        .customer(id)
        .region(SHOP.region("us-east1"))
        .number(1)
        .note("x")
        .status(Status::Done)
        .build()
        .to_sql();
    assert!(sql.contains(r#""Note""#), "{sql}");
}
