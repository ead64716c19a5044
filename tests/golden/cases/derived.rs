//! Derived structs: each attribute, and what it prints.
#![allow(dead_code, reason = "only the tables are looked at")]
#![allow(clippy::duplicated_attributes, reason = "two indexes over one column are no duplicate")]

use std::net::IpAddr;

use crdb_orm::prelude::*;
use crdb_orm::schema::{
    KafkaSink, KafkaSinkConfig, PubSubSink, RequiredAcks, Sink, SinkBatching, SurvivalGoal,
};

use super::Case;

/// The shop of the documentation, as a user writes it.
pub(crate) mod shop {
    use super::*;

    /// Where an order is on its way.
    #[derive(CrdbEnum, Debug, Clone, Copy, PartialEq)]
    #[crdb(name = "order_status")]
    pub(crate) enum Status {
        Pending,
        Paid,
        Shipped,
        Completed,
    }

    #[derive(CrdbTable, Debug, Clone)]
    #[crdb(table = "customers", locality = global)]
    pub(crate) struct Customer {
        #[crdb(primary_key)]
        pub(crate) id: Uuid,
        #[crdb(unique)]
        pub(crate) email: String,
        #[crdb(string(200))]
        pub(crate) name: String,
        #[crdb(default = now())]
        pub(crate) created_at: DateTime<Utc>,
    }

    #[derive(CrdbTable, Debug, Clone)]
    #[crdb(table = "accounts", locality = regional_by_table)]
    #[crdb(check(accounts_balance_not_negative, "balance >= 0"), index(on(owner), storing(balance)))]
    pub(crate) struct Account {
        #[crdb(primary_key)]
        pub(crate) id: Uuid,
        #[crdb(references = Customer, on_delete = restrict)]
        pub(crate) owner: Uuid,
        #[crdb(decimal(12, 2), default = 0)]
        pub(crate) balance: Decimal,
        #[crdb(default = 1)]
        pub(crate) version: i64,
    }

    /// A customer order.
    #[derive(CrdbTable, Debug, Clone)]
    #[crdb(table = "orders", locality = regional_by_row(region))]
    #[crdb(index(idx_orders_user, on(user_id, created_at desc)))]
    #[crdb(index(idx_orders_status, on(status), filter = "status != 'completed'"))]
    #[crdb(changefeed(into = "kafka://broker:9092", updated, resolved = "10s"))]
    pub(crate) struct Order {
        #[crdb(primary_key)]
        pub(crate) id: Uuid,
        #[crdb(references = Customer)]
        pub(crate) user_id: Uuid,
        #[crdb(decimal(10, 2))]
        pub(crate) total: Decimal,
        #[crdb(default = Status::Pending)]
        pub(crate) status: Status,
        pub(crate) region: Region,
        #[crdb(default = now())]
        pub(crate) created_at: DateTime<Utc>,
    }

    pub(crate) const SHOP: Schema = Schema::new("shop")
        .regions(&["us-east1", "us-west1", "europe-west1"])
        .survive(SurvivalGoal::Region)
        .tables(&[Order::TABLE, Account::TABLE, Customer::TABLE]);
}

#[derive(CrdbType, Debug, Clone)]
struct Email(String);

#[derive(CrdbType, Debug, Clone)]
struct OrderId(Uuid);

#[derive(CrdbEnum, Debug, Clone)]
#[crdb(schema = "sales", name = "Mood", rename_all = "SCREAMING_SNAKE_CASE")]
enum Mood {
    VeryHappy,
    #[crdb(rename = "it's \"odd\"")]
    Odd,
}

/// One column of every type.
#[derive(CrdbTable)]
#[crdb(allow(missing_locality, reason = "it is read in one region"))]
struct Types {
    #[crdb(primary_key)]
    id: i64,
    boolean: bool,
    int2: i16,
    int4: i32,
    float4: f32,
    float8: f64,
    text: String,
    bytes: Vec<u8>,
    uuid: Uuid,
    decimal: Decimal,
    json: serde_json::Value,
    document: Json<Vec<i32>>,
    inet: IpAddr,
    date: NaiveDate,
    time: NaiveTime,
    timestamp: NaiveDateTime,
    timestamptz: DateTime<Utc>,
    civil: jiff::civil::Date,
    instant: jiff::Timestamp,
    email: Email,
    mood: Mood,
    region: Region,
    texts: Vec<String>,
    moods: Vec<Mood>,
    maybe: Option<Vec<Option<i32>>>,
}

/// A key that is a newtype of a UUID has the default of a UUID, too.
#[derive(CrdbTable)]
struct NewtypeKey {
    #[crdb(primary_key)]
    id: OrderId,
}

#[derive(CrdbTable)]
#[crdb(primary_key(tenant, at desc, id, hash_sharded = 8))]
struct CompositeKey {
    at: DateTime<Utc>,
    tenant: i32,
    #[crdb(default = gen_random_uuid())]
    id: Uuid,
}

#[derive(CrdbTable)]
struct PartsInOrder {
    #[crdb(primary_key)]
    b: i32,
    #[crdb(primary_key(hash_sharded))]
    a: String,
}

#[derive(CrdbTable)]
struct Defaults {
    #[crdb(primary_key, default = sql("40 + 2"))]
    id: i64,
    #[crdb(default = "it's \\ new")]
    text: String,
    #[crdb(default = 'x')]
    letter: String,
    #[crdb(default = -7)]
    number: i16,
    #[crdb(default = -1.5e3)]
    float: f64,
    #[crdb(default = true)]
    boolean: bool,
    #[crdb(default = b"\x00\xff")]
    bytes: Vec<u8>,
    #[crdb(default = Mood::Odd)]
    mood: Mood,
    #[crdb(default = date_trunc("day", now()))]
    day: DateTime<Utc>,
    #[crdb(default = sql("ARRAY['a', 'b']"))]
    list: Vec<String>,
    #[crdb(default = round(1.5, 0))]
    rounded: Decimal,
}

#[derive(CrdbTable)]
#[crdb(index(on(a desc, b)))]
#[crdb(index(named, on(b), unique))]
#[crdb(index(name = "Odd Name", on(c), filter = "c > 0", storing(a, b)))]
#[crdb(index(on(at), hash_sharded))]
#[crdb(index(on(at, a), hash_sharded = 4, storing(b)))]
#[crdb(unique(a, b, c))]
struct Indexes {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(index)]
    a: i32,
    b: i32,
    #[crdb(unique)]
    c: i32,
    at: DateTime<Utc>,
}

#[derive(CrdbTable)]
#[crdb(allow(foreign_key_index, reason = "the text without indexes is shown"))]
struct Parent {
    #[crdb(primary_key)]
    id: i32,
    #[crdb(references = Parent)]
    parent: Option<i32>,
}

#[derive(CrdbTable)]
#[crdb(allow(foreign_key_index, reason = "the text without indexes is shown"))]
struct Actions {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(references(Parent, on_delete = cascade, on_update = cascade))]
    cascade: i32,
    #[crdb(references = Parent, on_delete = set_null)]
    set_null: Option<i32>,
    #[crdb(references = Parent, on_delete = set_default, default = 0)]
    set_default: i32,
    #[crdb(references = Parent, on_delete = no_action, on_update = restrict)]
    restrict: i32,
}

#[derive(CrdbTable)]
#[crdb(check = "a < b", check(b_positive, "b > 0"))]
struct Checks {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(check = "a > 0", check("named too", "a < 100"))]
    a: i32,
    b: i32,
    #[crdb(computed = "a + b")]
    sum: Option<i64>,
    #[crdb(computed("a * b", virtual))]
    product: Option<i64>,
    #[crdb(skip)]
    cache: String,
}

/// A table with "quotes", it's said,
/// over two lines.
#[derive(CrdbTable)]
#[crdb(table = "Select", schema = "Odd Schema")]
struct Names {
    /// The key.
    #[crdb(primary_key, column = "primary key")]
    id: Uuid,
    /// A backslash: \n.
    r#type: i32,
    #[crdb(column = "a \"quoted\" name")]
    quoted: i32,
    #[crdb(column = "größe")]
    size: i32,
    user: i32,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_table("us-west1"))]
struct InTheWest {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(locality = regional_by_row)]
struct ByHiddenRegion {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(changefeed(
    into = "webhook-https://example.com/hook",
    updated,
    resolved,
    diff,
    mvcc_timestamp,
    key_in_value,
    topic_in_value,
    full_table_name,
    split_column_families,
    min_checkpoint_frequency = "1m30s",
    envelope = wrapped,
    format = json,
    encode_json_value_null_as_object,
    initial_scan = no,
    cursor = "1536242855577149065.0000000000",
    end_time = "1636242855577149065",
    schema_change_events = column_changes,
    schema_change_policy = "stop",
    virtual_columns = null,
    on_error = pause,
    protect_data_from_gc_on_pause,
    gc_protect_expires_after = "24h",
    execution_locality = "region=us-east1",
    metrics_label = "feeds",
    lagging_ranges_threshold = "1m",
    lagging_ranges_polling_interval = "30s",
    ignore_disable_changefeed_replication,
    extra_headers = [("x-api-key", "hush")],
    compression = zstd,
    webhook_auth_header = "Basic dXNlcjpwd2Q=",
    webhook_client_timeout = "5s",
    webhook_sink_config = SinkBatching::new().messages(100).bytes(65_536).frequency("5s").retries(4).backoff("10s"),
))]
#[crdb(changefeed(into = "gcpubsub://project?region=us-east1", envelope = bare, initial_scan = "only"))]
#[crdb(changefeed(
    into = PubSubSink::new("project").credentials("aHVzaA=="),
    unordered,
    key_column = owner,
    pubsub_sink_config = SinkBatching::new().retry_forever(),
))]
#[crdb(changefeed(
    into = KafkaSink::new("broker:9092").sasl_plain("app", "it's & 100%"),
    format = avro,
    confluent_schema_registry = "https://user:hush@registry:8081",
    avro_schema_prefix = "shop",
    headers_json_column_name = meta,
    kafka_sink_config = KafkaSinkConfig::new().required_acks(RequiredAcks::All).flush_messages(100).flush_frequency("1s"),
))]
#[crdb(changefeed(into = "kafka://broker:9092", envelope = enriched, enriched_properties = "source,schema", updated))]
#[crdb(changefeed(
    into = Sink::external("files"),
    format = parquet,
    select = "id, \"owner id\", (cdc_prev).meta->>'state' AS was, event_op() AS op",
    filter = "\"owner id\" IS DISTINCT FROM (cdc_prev).\"owner id\" AND event_op() <> 'delete'",
))]
#[crdb(changefeed(sinkless, updated))]
struct Feeds {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(column = "owner id")]
    owner: i64,
    meta: Option<Json<()>>,
}

const TWO: [&str; 2] = ["us-east1", "us-west1"];

const fn plain(name: &'static str, tables: &'static [&'static crdb_orm::schema::TableDef]) -> Case {
    super::case(name, tables)
}

pub(super) const CASES: &[Case] = &[
    Case { name: "derived_types", schema: Schema::new("app").regions(&TWO).tables(&[Types::TABLE]) },
    plain("derived_newtype_key", &[NewtypeKey::TABLE]),
    plain("derived_composite_key", &[CompositeKey::TABLE]),
    plain("derived_parts_in_order", &[PartsInOrder::TABLE]),
    plain("derived_defaults", &[Defaults::TABLE]),
    plain("derived_indexes", &[Indexes::TABLE]),
    plain("derived_actions", &[Parent::TABLE, Actions::TABLE]),
    plain("derived_checks", &[Checks::TABLE]),
    plain("derived_names", &[Names::TABLE]),
    Case {
        name: "derived_localities",
        schema: Schema::new("app").regions(&TWO).tables(&[InTheWest::TABLE, ByHiddenRegion::TABLE]),
    },
    plain("derived_feeds", &[Feeds::TABLE]),
];
