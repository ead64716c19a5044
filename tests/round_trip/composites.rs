//! Composite values come back as they were written.

use std::net::IpAddr;

use crdb_orm::prelude::*;
use crdb_orm::testing::{TestDb, say_skipped};
use crdb_orm::types::{Interval, TimeTz};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[derive(CrdbType, Debug, Clone, PartialEq)]
struct Code(String);

/// A field of every type that a composite can hold.
#[derive(CrdbComposite, Debug, Clone, PartialEq)]
#[crdb(name = "Odd \"Parts\"")]
struct Parts {
    text: String,
    #[crdb(rename = "may be, (NULL)")]
    maybe: Option<String>,
    boolean: bool,
    int2: i16,
    int4: i32,
    int8: Option<i64>,
    float4: f32,
    float8: f64,
    decimal: Decimal,
    bytes: Vec<u8>,
    uuid: Uuid,
    json: serde_json::Value,
    inet: IpAddr,
    date: NaiveDate,
    time: NaiveTime,
    timestamp: NaiveDateTime,
    timestamptz: DateTime<Utc>,
    timetz: Option<TimeTz>,
    interval: Interval,
    code: Code,
    last: Option<String>,
}

#[derive(CrdbComposite, Debug, Clone, PartialEq)]
struct Single {
    only: Option<String>,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "composed")]
struct Composed {
    #[crdb(primary_key)]
    id: Uuid,
    parts: Parts,
    maybe: Option<Parts>,
    single: Single,
    singles: Vec<Single>,
}

const SCHEMA: Schema = Schema::new("composed").tables(&[Composed::TABLE]);

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("\\ \"a\",(b)' '; \n\t$1".to_owned()),
        any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

fn moment() -> impl Strategy<Value = DateTime<Utc>> {
    let (first, last) = (-210_476_000_000_000_000_i64, 253_370_000_000_000_000);
    prop_oneof![Just(first), Just(last), Just(-1), first..=last]
        .prop_map(|micros| DateTime::from_timestamp_micros(micros).expect("in range"))
}

prop_compose! {
    fn parts()(
        text in text(),
        maybe in proptest::option::of(self::text()),
        (boolean, int2, int4, int8) in any::<(bool, i16, i32, Option<i64>)>(),
        (float4, float8) in any::<(f32, f64)>(),
        decimal in (any::<i64>(), 0_u32..=18).prop_map(|(number, scale)| Decimal::new(number, scale)),
        bytes in proptest::collection::vec(any::<u8>(), 0..20),
        uuid in any::<u128>().prop_map(Uuid::from_u128),
        json in self::text().prop_map(|text| serde_json::json!({ "a": [1, null, text] })),
        inet in any::<IpAddr>(),
        moment in moment(),
        timetz in proptest::option::of((0_i64..=86_400_000_000, -57_599_i32..57_600)),
        (months, days, micros) in (-100_000_i32..100_000, -100_000_i32..100_000, -1_000_000_000_000_i64..1_000_000_000_000),
        code in self::text().prop_map(Code),
        last in proptest::option::of(self::text()),
    ) -> Parts {
        Parts {
            text, maybe, boolean, int2, int4, int8, float4, float8, decimal, bytes, uuid, json, inet, code, last,
            date: moment.date_naive(),
            time: moment.time(),
            timestamp: moment.naive_utc(),
            timestamptz: moment,
            timetz: timetz.and_then(|(micros, offset)| TimeTz::new(micros, offset)),
            interval: Interval { months, days, micros },
        }
    }
}

fn single() -> impl Strategy<Value = Single> {
    // PostgreSQL reads a row of one NULL as it is, and an array of them, too.
    proptest::option::of(text()).prop_map(|only| Single { only })
}

#[test]
fn every_composite_comes_back_as_it_was_written() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let db = runtime.block_on(async {
        let db = TestDb::new().await.expect("a database");
        db.create_schema(&SCHEMA).await.expect("the schema");
        db
    });
    let rows = (any::<u128>(), parts(), proptest::option::of(parts()), single())
        .prop_flat_map(|row| (Just(row), proptest::collection::vec(single(), 0..3)));
    let mut runner = TestRunner::new(Config { cases: 128, failure_persistence: None, ..Config::default() });
    let fail = |error: crdb_orm::Error| TestCaseError::fail(error.to_string());
    runner
        .run(&rows, |((id, parts, maybe, single), singles)| {
            let row = Composed { id: Uuid::from_u128(id), parts, maybe, single, singles };
            runtime.block_on(async {
                let stored = Composed::upsert(&row).one(&db).await.map_err(fail)?;
                prop_assert_eq!(&stored, &row, "RETURNING");
                let found = Composed::find(row.id).one(&db).await.map_err(fail)?;
                prop_assert_eq!(&found, &row, "SELECT");
                let same = Composed::filter(Composed::SINGLE.eq(row.single.clone()));
                prop_assert!(row.single.only.is_none() || same.exists(&db).await.map_err(fail)?);
                Ok(())
            })
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[tokio::test]
async fn a_null_in_a_field_that_is_no_option_names_the_field() -> Result<(), crdb_orm::Error> {
    #[derive(CrdbComposite, Debug)]
    struct Pair {
        a: i32,
        b: i32,
    }
    #[derive(CrdbTable, Debug)]
    #[crdb(table = "pairs")]
    struct Pairs {
        #[crdb(primary_key)]
        id: Uuid,
        pair: Pair,
    }
    const PAIRS: Schema = Schema::new("pairs").tables(&[Pairs::TABLE]);
    let db = TestDb::new().await?;
    db.create_schema(&PAIRS).await?;
    db.run_ddl(&["INSERT INTO pairs (id, pair) VALUES (gen_random_uuid(), ROW(1, NULL))"]).await?;
    let error = Pairs::query().all(&db).await.expect_err("b is NULL").to_string();
    for part in ["`pairs`", "`pair`", "field `b`", "NULL"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(
        Pairs::insert_row(&Pairs { id: Uuid::nil(), pair: Pair { a: 1, b: 2 } }).one(&db).await?.pair.b == 2
    );
    Ok(())
}

/// Arrays in a composite, which CockroachDB has from 26.1 on.
#[derive(CrdbComposite, Debug, Clone, PartialEq)]
struct Lists {
    texts: Vec<String>,
    numbers: Option<Vec<Option<i64>>>,
    moments: Vec<DateTime<Utc>>,
    spans: Vec<Interval>,
    bytes: Vec<Vec<u8>>,
}

#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "listed")]
struct Listed {
    #[crdb(primary_key)]
    id: i64,
    lists: Lists,
    more: Vec<Lists>,
}

const LISTED: Schema = Schema::new("listed").tables(&[Listed::TABLE]);

#[tokio::test]
async fn arrays_in_composites_come_back() -> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    if db.server().is_cockroachdb() && !db.server().is_cockroachdb_since(26, 1) {
        let reason = "its composite types have no arrays";
        say_skipped(&db.server().to_string(), "arrays_in_composites_come_back", reason);
        return Ok(());
    }
    db.create_schema(&LISTED).await?;
    let empty = Lists { texts: vec![], numbers: None, moments: vec![], spans: vec![], bytes: vec![] };
    let full = Lists {
        texts: ["", "NULL", "null", "a,b", "{\"x\": '\\'}", " ", "(1,2)", "größe"].map(str::to_owned).into(),
        numbers: Some(vec![Some(i64::MIN), None, Some(0)]),
        moments: vec![DateTime::UNIX_EPOCH, DateTime::from_timestamp_micros(-1).expect("in range")],
        spans: vec![Interval { months: 14, days: -3, micros: 1 }, Interval::default()],
        bytes: vec![vec![], vec![0, 255, b'\\', b'"']],
    };
    for (id, lists, more) in [(1, empty.clone(), vec![full.clone(), empty]), (2, full, vec![])] {
        let row = Listed { id, lists, more };
        assert_eq!(Listed::insert_row(&row).one(&db).await?, row);
        assert_eq!(Listed::find(id).one(&db).await?, row);
    }
    Ok(())
}
