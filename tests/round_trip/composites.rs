//! Composite values come back as they were written.

use std::net::IpAddr;

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
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
        code in self::text().prop_map(Code),
        last in proptest::option::of(self::text()),
    ) -> Parts {
        Parts {
            text, maybe, boolean, int2, int4, int8, float4, float8, decimal, bytes, uuid, json, inet, code, last,
            date: moment.date_naive(),
            time: moment.time(),
            timestamp: moment.naive_utc(),
            timestamptz: moment,
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
