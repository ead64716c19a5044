//! The types beside the ordinary ones: bits, intervals, times with an offset, full-text search, extensions, the
//! catalogue's own; alone, in arrays and NULL.

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
use crdb_orm::types::{Bits, Char, CiText, Interval, LTree, Name, Oid, TimeTz, TsQuery, TsVector};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

/// One column of each, and an array of it.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "more types")]
struct More {
    #[crdb(primary_key)]
    id: Uuid,
    interval: Interval,
    intervals: Vec<Interval>,
    timetz: TimeTz,
    timetzs: Vec<Option<TimeTz>>,
    bits: Bits,
    #[crdb(bit(12))]
    twelve: Bits,
    #[crdb(varbit(64))]
    few: Option<Bits>,
    strings_of_bits: Vec<Bits>,
    vector: TsVector,
    query: TsQuery,
    citext: CiText,
    citexts: Vec<CiText>,
    ltree: LTree,
    ltrees: Option<Vec<Option<LTree>>>,
    name: Name,
    names: Vec<Name>,
    byte: Char,
    bytes: Vec<Char>,
    oid: Oid,
    oids: Vec<Oid>,
    big: bigdecimal::BigDecimal,
    bigs: Vec<bigdecimal::BigDecimal>,
    date: time::Date,
    time: time::Time,
    timestamp: time::PrimitiveDateTime,
    timestamptz: time::OffsetDateTime,
    moments: Vec<Option<time::OffsetDateTime>>,
}

const SCHEMA: Schema = Schema::new("more").tables(&[More::TABLE]);

fn list<S: Strategy>(element: S) -> impl Strategy<Value = Vec<S::Value>> {
    proptest::collection::vec(element, 0..4)
}

fn interval() -> impl Strategy<Value = Interval> {
    // PostgreSQL 17 reads the extremes of all three parts as infinity.
    let part = || -999_999_999..=999_999_999_i32;
    prop_oneof![
        Just(Interval::default()),
        Just(Interval { months: 1, days: -1, micros: 1 }),
        (part(), part(), -9_000_000_000_000_000_000..=9_000_000_000_000_000_000_i64)
            .prop_map(|(months, days, micros)| Interval { months, days, micros }),
    ]
}

fn timetz() -> impl Strategy<Value = TimeTz> {
    let (last, most) = (86_400_000_000_i64, 16 * 3600 - 1);
    prop_oneof![Just((0, 0)), Just((last, -most)), Just((last - 1, most)), (0..=last, -most..=most),]
        .prop_map(|(micros, offset)| TimeTz::new(micros, offset).expect("there is such a time"))
}

fn bits(len: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Bits> {
    proptest::collection::vec(any::<bool>(), len).prop_map(Bits::from_iter)
}

/// As the server writes them: sorted, each once.
fn vector() -> impl Strategy<Value = TsVector> {
    proptest::collection::btree_map("[a-zö]{1,5}", 1..999_u16, 0..4).prop_map(|words| {
        let words: Vec<String> = words.into_iter().map(|(word, at)| format!("'{word}':{at}")).collect();
        TsVector::new(words.join(" "))
    })
}

fn query() -> impl Strategy<Value = TsQuery> {
    prop_oneof![
        Just(TsQuery::from("'it''s'")),
        proptest::collection::vec("[a-z]{1,5}", 1..4).prop_map(|words| {
            let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
            TsQuery::new(words.join(" & "))
        }),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("'; DROP TABLE \"more types\"; -- \\ $1".to_owned()),
        "\\PC{0,20}".prop_map(|text| text.replace('\0', "")),
    ]
}

fn ltree() -> impl Strategy<Value = LTree> {
    proptest::collection::vec("[A-Za-z0-9_]{1,8}", 0..5).prop_map(|labels| LTree::new(labels.join(".")))
}

fn big() -> impl Strategy<Value = bigdecimal::BigDecimal> {
    ("-?[0-9]{1,60}", 0..60_i64).prop_map(|(digits, scale)| {
        // With its scale, which the server keeps: `-0` is the only number that it writes otherwise.
        let number: bigdecimal::num_bigint::BigInt = digits.parse().expect("digits");
        bigdecimal::BigDecimal::new(number, scale)
    })
}

/// What all types of `time` and the server can hold: the years -4700 to 9999.
fn moment() -> impl Strategy<Value = time::OffsetDateTime> {
    let (first, last) = (-210_476_000_000_000_000_i64, 253_370_000_000_000_000);
    prop_oneof![Just(first), Just(last), Just(-1), first..=last].prop_map(|micros| {
        time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).expect("in range")
    })
}

prop_compose! {
    fn spans()(
        interval in interval(),
        intervals in list(interval()),
        timetz in timetz(),
        timetzs in list(proptest::option::of(timetz())),
        bits in bits(0..70),
        twelve in self::bits(12),
        few in proptest::option::of(self::bits(0..=64)),
        strings_of_bits in list(self::bits(0..20)),
    ) -> (Interval, Vec<Interval>, TimeTz, Vec<Option<TimeTz>>, Bits, Bits, Option<Bits>, Vec<Bits>) {
        (interval, intervals, timetz, timetzs, bits, twelve, few, strings_of_bits)
    }
}

prop_compose! {
    fn more()(
        id in any::<u128>(),
        (interval, intervals, timetz, timetzs, bits, twelve, few, strings_of_bits) in spans(),
        vector in vector(),
        query in query(),
        citext in text().prop_map(CiText::new),
        citexts in list(text().prop_map(CiText::new)),
        ltree in ltree(),
        ltrees in proptest::option::of(list(proptest::option::of(self::ltree()))),
        // PostgreSQL keeps 63 bytes of a name, and no byte over 127 of a "char" that a text could show.
        name in "[a-zé ]{0,30}".prop_map(Name),
        byte in (1..127_u8).prop_map(Char),
        (oid, big, bigs, moment, moments) in (
            any::<u32>().prop_map(Oid),
            big(),
            list(big()),
            moment(),
            list(proptest::option::of(moment())),
        ),
    ) -> More {
        More {
            id: Uuid::from_u128(id),
            names: vec![name.clone(), Name("b".into())],
            bytes: vec![byte, Char(b'x')],
            oids: vec![oid],
            interval, intervals, timetz, timetzs, bits, twelve, few, strings_of_bits,
            vector, query, citext, citexts, ltree, ltrees, name, byte, oid, big, bigs, moments,
            date: moment.date(),
            time: moment.time(),
            timestamp: time::PrimitiveDateTime::new(moment.date(), moment.time()),
            timestamptz: moment,
        }
    }
}

#[test]
fn every_value_of_the_other_types_comes_back_as_it_was_written() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let db = runtime.block_on(async {
        let db = TestDb::new().await.expect("a database");
        db.create_schema(&SCHEMA).await.expect("the schema");
        db
    });
    let mut runner = TestRunner::new(Config { cases: 128, failure_persistence: None, ..Config::default() });
    let fail = |error: crdb_orm::Error| TestCaseError::fail(error.to_string());
    runner
        .run(&more(), |row| {
            runtime.block_on(async {
                let stored = More::upsert(&row).one(&db).await.map_err(fail)?;
                prop_assert_eq!(&stored, &row, "RETURNING");
                let found = More::find(row.id).one(&db).await.map_err(fail)?;
                prop_assert_eq!(&found, &row, "SELECT");
                More::delete(row.id).exec(&db).await.map_err(fail)?;
                // As text, since some of these types have no binary form.
                More::copy_in([&row]).exec(&db).await.map_err(fail)?;
                let copied = More::find(row.id).one(&db).await.map_err(fail)?;
                prop_assert_eq!(&copied, &row, "COPY");
                More::delete(row.id).exec(&db).await.map(drop).map_err(fail)
            })
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[tokio::test]
async fn the_other_types_can_be_compared_with_a_value() -> Result<(), crdb_orm::Error> {
    let db = TestDb::new().await?;
    db.create_schema(&SCHEMA).await?;
    let mut runner = TestRunner::deterministic();
    let mut row = more().new_tree(&mut runner).expect("a row").current();
    row.citext = "Ann".into();
    More::insert_row(&row).exec(&db).await?;
    for (what, filter) in [
        ("interval", More::INTERVAL.eq(row.interval)),
        ("intervals", More::INTERVALS.eq(row.intervals.clone())),
        ("timetz", More::TIMETZ.eq(row.timetz)),
        ("bits", More::BITS.eq(row.bits.clone())),
        ("bit(12)", More::TWELVE.eq(row.twelve.clone())),
        ("bits, any of", More::BITS.eq_any([row.bits.clone()])),
        ("vector", More::VECTOR.eq(row.vector.clone())),
        ("query", More::QUERY.eq(row.query.clone())),
        ("citext, by other capitals", More::CITEXT.eq(CiText::from("aNN"))),
        ("ltree", More::LTREE.eq(row.ltree.clone())),
        ("name", More::NAME.eq(row.name.clone())),
        ("char", More::BYTE.eq(row.byte)),
        ("oid", More::OID.eq(row.oid)),
        ("big decimal", More::BIG.eq(row.big.clone())),
        ("date", More::DATE.eq(row.date)),
        ("time", More::TIME.eq(row.time)),
        ("timestamp", More::TIMESTAMP.eq(row.timestamp)),
        ("timestamptz", More::TIMESTAMPTZ.eq(row.timestamptz)),
    ] {
        assert!(More::filter(filter).exists(&db).await?, "{what}");
    }
    // A maximum of what travels as text is read as text.
    assert_eq!(More::query().max(More::INTERVAL, &db).await?, Some(row.interval));
    Ok(())
}
