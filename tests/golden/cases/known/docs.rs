//! Good examples of CockroachDB's documentation, each with the page that it is from.
#![allow(
    dead_code,
    clippy::struct_field_names,
    reason = "the tables are printed, and their names are the page's"
)]
#![allow(clippy::duplicated_attributes, reason = "two indexes over one column are no duplicate")]

use crdb_orm::prelude::*;

use crate::cases::Case;

/// "Hash-sharded indexes": <https://www.cockroachlabs.com/docs/stable/hash-sharded-indexes>.
#[derive(CrdbTable)]
#[crdb(table = "events", primary_key(product_id, owner, serial_number, ts, event_id))]
#[crdb(index(on(ts), hash_sharded = 8))]
struct HashSharded {
    product_id: i64,
    owner: Uuid,
    serial_number: String,
    event_id: Uuid,
    ts: NaiveDateTime,
    data: Option<Json<serde_json::Value>>,
}

/// "Hash-sharded indexes": the primary key itself.
#[derive(CrdbTable)]
#[crdb(table = "products")]
struct ShardedKey {
    #[crdb(primary_key(hash_sharded = 8))]
    ts: Decimal,
    product_id: i64,
}

/// "Computed columns": <https://www.cockroachlabs.com/docs/stable/computed-columns>; with `||` for `concat`, which `PostgreSQL`
/// does not take for immutable.
#[derive(CrdbTable)]
#[crdb(table = "user_locations")]
struct Computed {
    #[crdb(primary_key)]
    id: Uuid,
    first_name: String,
    last_name: String,
    #[crdb(computed = "first_name || ' ' || last_name")]
    full_name: Option<String>,
    profile: Option<Json<serde_json::Value>>,
    #[crdb(computed("profile->>'age'", virtual))]
    age: Option<String>,
}

/// "Batch delete expired data with row-level TTL": <https://www.cockroachlabs.com/docs/stable/row-level-ttl>.
#[derive(CrdbTable)]
#[crdb(table = "ttl_test_per_row", ttl(expiration = "expired_at", job_cron = "@daily"))]
struct Expiring {
    #[crdb(primary_key)]
    id: Uuid,
    description: Option<String>,
    inserted_at: Option<NaiveDateTime>,
    expired_at: DateTime<Utc>,
}

/// "Column families": <https://www.cockroachlabs.com/docs/stable/column-families>.
#[derive(CrdbTable)]
#[crdb(table = "test", family(f1, on(id, name)), family(f2, on(data)))]
struct Families {
    #[crdb(primary_key)]
    id: i64,
    name: Option<String>,
    data: Option<Vec<u8>>,
}

/// "Partial indexes": <https://www.cockroachlabs.com/docs/stable/partial-indexes>; "Expression indexes":
/// <https://www.cockroachlabs.com/docs/stable/expression-indexes>.
#[derive(CrdbTable)]
#[crdb(table = "partly")]
#[crdb(index(on(city, revenue), filter = "revenue > 90"))]
#[crdb(index(on(code), unique, filter = "city = 'london'"))]
#[crdb(index(on("lower(city)")))]
struct Partly {
    #[crdb(primary_key)]
    id: Uuid,
    city: String,
    code: String,
    #[crdb(decimal(10, 2))]
    revenue: Option<Decimal>,
}

/// "GIN indexes": <https://www.cockroachlabs.com/docs/stable/inverted-indexes>; "Trigram indexes":
/// <https://www.cockroachlabs.com/docs/stable/trigram-indexes>.
#[derive(CrdbTable)]
#[crdb(table = "documents", index(on(profile), inverted), index(on(name gin_trgm_ops), inverted))]
struct Inverted {
    #[crdb(primary_key)]
    id: Uuid,
    profile: Option<Json<serde_json::Value>>,
    name: Option<String>,
}

/// "Unique constraint": <https://www.cockroachlabs.com/docs/stable/unique>; "Foreign key":
/// <https://www.cockroachlabs.com/docs/stable/foreign-key>.
#[derive(CrdbTable)]
#[crdb(table = "logons", unique(customer_id, sales_id))]
struct Logon {
    #[crdb(primary_key)]
    login_id: i64,
    #[crdb(references = HashOwner, on_delete = cascade)]
    customer_id: Uuid,
    sales_id: Option<i64>,
}

#[derive(CrdbTable)]
#[crdb(table = "customers")]
struct HashOwner {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    #[crdb(unique)]
    email: Option<String>,
}

pub(crate) const CASES: &[Case] = &[Case {
    name: "known_docs",
    schema: Schema::new("docs").tables(&[
        HashSharded::TABLE,
        ShardedKey::TABLE,
        Computed::TABLE,
        Expiring::TABLE,
        Families::TABLE,
        Partly::TABLE,
        Inverted::TABLE,
        HashOwner::TABLE,
        Logon::TABLE,
    ]),
}];
