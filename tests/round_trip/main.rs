//! Promise: what is written is what is read, bit for bit, for every type, extremes included.

mod composites;
mod forms;
mod lengths;
mod more;

use std::net::IpAddr;

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde::{Deserialize, Serialize};

#[derive(CrdbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[crdb(name = "Odd \"Mood\"")]
enum Mood {
    Happy,
    #[crdb(rename = "it's 'complicated'")]
    Mixed,
    #[crdb(rename = "größe ✓")]
    Unicode,
}

#[derive(CrdbType, Debug, Clone, PartialEq)]
struct Email(String);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Document {
    name: String,
    sizes: Vec<i64>,
    nested: Option<Box<Self>>,
}

/// One column of every type.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "every type")]
#[crdb(allow(missing_locality, reason = "it is read in one region"))]
struct Every {
    #[crdb(primary_key)]
    id: Uuid,
    boolean: bool,
    int2: i16,
    int4: i32,
    int8: i64,
    float4: f32,
    float8: f64,
    text: String,
    bytes: Vec<u8>,
    uuid: Uuid,
    decimal: Decimal,
    date: NaiveDate,
    time: NaiveTime,
    timestamp: NaiveDateTime,
    timestamptz: DateTime<Utc>,
    jiff_date: jiff::civil::Date,
    jiff_time: jiff::civil::Time,
    jiff_timestamp: jiff::civil::DateTime,
    jiff_timestamptz: jiff::Timestamp,
    json: serde_json::Value,
    document: Json<Document>,
    inet: IpAddr,
    mood: Mood,
    region: Region,
    email: Email,
    booleans: Vec<bool>,
    int8s: Vec<i64>,
    texts: Vec<String>,
    some_texts: Vec<Option<String>>,
    blobs: Vec<Vec<u8>>,
    uuids: Vec<Uuid>,
    decimals: Vec<Decimal>,
    moods: Vec<Mood>,
    times: Vec<DateTime<Utc>>,
    documents: Vec<Json<Document>>,
    addresses: Vec<IpAddr>,
    maybe_int4: Option<i32>,
    maybe_text: Option<String>,
    maybe_mood: Option<Mood>,
    maybe_email: Option<Email>,
    maybe_json: Option<serde_json::Value>,
    maybe_uuids: Option<Vec<Uuid>>,
    r#type: Option<NaiveDate>,
}

const REGIONS: [&str; 2] = ["us-east1", "europe-west1"];
const SCHEMA: Schema = Schema::new("every").regions(&["us-east1", "europe-west1"]).tables(&[Every::TABLE]);

fn text() -> impl Strategy<Value = String> {
    // PostgreSQL has no NUL in a text.
    prop_oneof![
        Just(String::new()),
        Just("'; DROP TABLE \"every type\"; -- \\ $1".to_owned()),
        proptest::collection::vec(any::<char>().prop_filter("NUL", |c| *c != '\0'), 0..40)
            .prop_map(String::from_iter),
    ]
}

fn decimal() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        Just(Decimal::MAX),
        Just(Decimal::MIN),
        Just(Decimal::ZERO),
        Just(Decimal::new(1, 28)),
        Just(Decimal::new(-100, 2)),
        (any::<i128>(), 0_u32..=28)
            .prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa >> 32, scale)),
    ]
}

/// Microseconds since 1970 that every type here can hold: the years -4700 to 9999.
fn micros() -> impl Strategy<Value = i64> {
    let (first, last) = (-210_476_000_000_000_000_i64, 253_370_000_000_000_000);
    prop_oneof![Just(first), Just(last), Just(0), Just(-1), first..=last]
}

fn timestamp() -> impl Strategy<Value = DateTime<Utc>> {
    micros().prop_map(|micros| DateTime::from_timestamp_micros(micros).expect("in range"))
}

fn jiff_timestamp() -> impl Strategy<Value = jiff::Timestamp> {
    micros().prop_map(|micros| jiff::Timestamp::from_microsecond(micros).expect("in range"))
}

fn civil() -> impl Strategy<Value = jiff::civil::DateTime> {
    jiff_timestamp().prop_map(|time| jiff::tz::Offset::UTC.to_datetime(time))
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        text().prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::btree_map(text(), inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn document() -> impl Strategy<Value = Json<Document>> {
    let leaf = || (text(), proptest::collection::vec(any::<i64>(), 0..3));
    (leaf(), proptest::option::of(leaf())).prop_map(|((name, sizes), inner)| {
        let nested = inner.map(|(name, sizes)| Box::new(Document { name, sizes, nested: None }));
        Json(Document { name, sizes, nested })
    })
}

fn mood() -> impl Strategy<Value = Mood> {
    prop_oneof![Just(Mood::Happy), Just(Mood::Mixed), Just(Mood::Unicode)]
}

fn uuid() -> impl Strategy<Value = Uuid> {
    prop_oneof![Just(Uuid::nil()), Just(Uuid::max()), any::<u128>().prop_map(Uuid::from_u128)]
}

fn list<S: Strategy>(element: S) -> impl Strategy<Value = Vec<S::Value>> {
    proptest::collection::vec(element, 0..4)
}

prop_compose! {
    fn scalars()(
        boolean in any::<bool>(),
        int2 in prop_oneof![Just(i16::MIN), Just(i16::MAX), any::<i16>()],
        int4 in prop_oneof![Just(i32::MIN), Just(i32::MAX), any::<i32>()],
        int8 in prop_oneof![Just(i64::MIN), Just(i64::MAX), any::<i64>()],
        float4 in proptest::num::f32::ANY,
        float8 in proptest::num::f64::ANY,
        text in text(),
        bytes in proptest::collection::vec(any::<u8>(), 0..40),
        uuid in uuid(),
        decimal in decimal(),
        timestamp in timestamp(),
        inet in any::<IpAddr>(),
    ) -> (bool, i16, i32, i64, f32, f64, String, Vec<u8>, Uuid, Decimal, DateTime<Utc>, IpAddr) {
        (boolean, int2, int4, int8, float4, float8, text, bytes, uuid, decimal, timestamp, inet)
    }
}

prop_compose! {
    fn lists()(
        booleans in list(any::<bool>()),
        int8s in list(any::<i64>()),
        texts in list(text()),
        some_texts in list(proptest::option::of(text())),
        blobs in list(proptest::collection::vec(any::<u8>(), 0..9)),
        uuids in list(uuid()),
        decimals in list(decimal()),
        moods in list(mood()),
        times in list(timestamp()),
        documents in list(document()),
        addresses in list(any::<IpAddr>()),
        maybe_uuids in proptest::option::of(list(uuid())),
    ) -> (
        (Vec<bool>, Vec<i64>, Vec<String>, Vec<Option<String>>, Vec<Vec<u8>>, Vec<Uuid>),
        (Vec<Decimal>, Vec<Mood>, Vec<DateTime<Utc>>, Vec<Json<Document>>, Vec<IpAddr>, Option<Vec<Uuid>>),
    ) {
        ((booleans, int8s, texts, some_texts, blobs, uuids),
         (decimals, moods, times, documents, addresses, maybe_uuids))
    }
}

prop_compose! {
    fn every()(
        id in any::<u128>(),
        scalars in scalars(),
        lists in lists(),
        civil in civil(),
        jiff_timestamptz in jiff_timestamp(),
        json in json(),
        document in document(),
        mood in mood(),
        region in 0..2_usize,
        maybe_int4 in any::<Option<i32>>(),
        maybe_text in proptest::option::of(text()),
        maybe_mood in proptest::option::of(mood()),
    ) -> Every {
        let (boolean, int2, int4, int8, float4, float8, text, bytes, uuid, decimal, timestamptz, inet) = scalars;
        let ((booleans, int8s, texts, some_texts, blobs, uuids),
             (decimals, moods, times, documents, addresses, maybe_uuids)) = lists;
        Every {
            id: Uuid::from_u128(id),
            boolean, int2, int4, int8, float4, float8,
            email: Email(text.clone()),
            maybe_email: maybe_text.clone().map(Email),
            text, bytes, uuid, decimal,
            date: timestamptz.date_naive(),
            time: timestamptz.time(),
            timestamp: timestamptz.naive_utc(),
            timestamptz,
            jiff_date: civil.date(),
            jiff_time: civil.time(),
            jiff_timestamp: civil,
            jiff_timestamptz,
            // A JSON null and an SQL NULL are two things: both are here.
            maybe_json: maybe_int4.map(|n| if n % 2 == 0 { serde_json::Value::Null } else { json.clone() }),
            json, document, inet, mood,
            region: Region::from_static(REGIONS[region]),
            booleans, int8s, texts, some_texts, blobs, uuids, decimals, moods, times, documents, addresses,
            maybe_int4, maybe_text, maybe_mood, maybe_uuids,
            r#type: maybe_int4.map(|_| timestamptz.date_naive()),
        }
    }
}

/// The row with its floats as bits and its decimals with their scale: equal means the same.
fn bits(row: &Every) -> String {
    let nan4 = if row.float4.is_nan() { 0 } else { row.float4.to_bits() };
    let nan8 = if row.float8.is_nan() { 0 } else { row.float8.to_bits() };
    let scales: Vec<u32> = row.decimals.iter().chain([&row.decimal]).map(Decimal::scale).collect();
    let plain = Every { float4: 0.0, float8: 0.0, ..row.clone() };
    format!("{nan4} {nan8} {scales:?} {plain:?}")
}

#[test]
fn every_value_comes_back_as_it_was_written() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let db = runtime.block_on(async {
        let db = TestDb::new().await.expect("a database");
        db.create_schema(&SCHEMA).await.expect("the schema");
        db
    });
    let mut runner = TestRunner::new(Config { cases: 256, failure_persistence: None, ..Config::default() });
    runner
        .run(&every(), |row| {
            runtime.block_on(async {
                let stored =
                    Every::upsert(&row).one(&db).await.map_err(|e| TestCaseError::fail(e.to_string()))?;
                prop_assert_eq!(bits(&stored), bits(&row), "RETURNING");
                let found =
                    Every::find(row.id).one(&db).await.map_err(|e| TestCaseError::fail(e.to_string()))?;
                prop_assert_eq!(bits(&found), bits(&row), "SELECT");
                // The builder writes what the whole row writes.
                Every::delete(row.id).exec(&db).await.map_err(|e| TestCaseError::fail(e.to_string()))?;
                let gone = Every::find(row.id)
                    .optional(&db)
                    .await
                    .map_err(|e| TestCaseError::fail(e.to_string()))?;
                prop_assert!(gone.is_none());
                Ok(())
            })
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[tokio::test]
async fn every_type_can_be_compared_with_a_value() -> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    let mut runner = TestRunner::deterministic();
    let row = every().new_tree(&mut runner).expect("a row").current();
    Every::insert_row(&row).exec(&db).await?;
    let id = row.id;
    for (what, filter) in [
        ("bool", Every::BOOLEAN.eq(row.boolean)),
        ("int2", Every::INT2.eq(row.int2)),
        ("int4", Every::INT4.eq(row.int4)),
        ("int8", Every::INT8.eq(row.int8)),
        ("text", Every::TEXT.eq(&row.text)),
        ("bytes", Every::BYTES.eq(row.bytes.clone())),
        ("uuid", Every::UUID.eq(row.uuid)),
        ("decimal", Every::DECIMAL.eq(row.decimal)),
        ("date", Every::DATE.eq(row.date)),
        ("time", Every::TIME.eq(row.time)),
        ("timestamp", Every::TIMESTAMP.eq(row.timestamp)),
        ("timestamptz", Every::TIMESTAMPTZ.eq(row.timestamptz)),
        ("jiff date", Every::JIFF_DATE.eq(row.jiff_date)),
        ("jiff time", Every::JIFF_TIME.eq(row.jiff_time)),
        ("jiff timestamp", Every::JIFF_TIMESTAMP.eq(row.jiff_timestamp)),
        ("jiff timestamptz", Every::JIFF_TIMESTAMPTZ.eq(row.jiff_timestamptz)),
        ("inet", Every::INET.eq(row.inet)),
        ("enum", Every::MOOD.eq(row.mood)),
        ("enum list", Every::MOOD.eq_any([row.mood])),
        ("region", Every::REGION.eq(row.region.clone())),
        ("region list", Every::REGION.eq_any([row.region.clone()])),
        ("newtype", Every::EMAIL.eq(row.email.clone())),
        ("text list", Every::TEXT.eq_any([row.text.as_str(), "other"])),
        ("array", Every::UUIDS.eq(row.uuids.clone())),
        ("array of enums", Every::MOODS.eq(row.moods.clone())),
        ("nullable", Every::MAYBE_INT4.is_not_distinct_from(row.maybe_int4)),
        ("nullable enum", Every::MAYBE_MOOD.is_not_distinct_from(row.maybe_mood)),
    ] {
        let found = Every::filter(filter.and(Every::ID.eq(id))).exists(&db).await?;
        assert!(found, "{what}");
    }
    Ok(())
}
