//! A text stays where it is put: whatever it is, the syntax tree is that of a plain word with the text in its place.
//!
//! The schemas below hold a text of its own in every place where one can stand. They are printed with plain words and
//! with random ones that try to break out. Both must be as many statements of the same kinds, whose syntax trees are
//! the same but for the texts: each is in the same places, and is read back as it was.

use crdb_orm::schema::{
    Action, ChangefeedDef, ChangefeedOption as O, CheckDef, CloudStorageSink, ColumnDef, ColumnType,
    CompositeDef, CompositeField, DefaultValue, EnumDef, FamilyDef, ForeignKeyDef, IndexDef, KafkaSink,
    KeyPart, Locality, PartitionBy, PartitionDef, PartitionValue, PartitioningDef, PolicyDef, PolicyRole,
    PrimaryKeyDef, PubSubSink, RowLevelSecurity, SequenceDef, Sink, StorageParameter, StorageValue,
    SuperRegionDef, TableDef, TtlDef, TypeName, WebhookSink, ZoneConfig, ZoneDef,
};
use crdb_orm::{Result, Schema, Target};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::dice::{Dice, leak, leaked, numbers};
use crate::parser::{Parsed, Parser};
use crate::schemas::allowed;

const CASES: usize = 600;

/// Gives each place its text: a plain word, or one that tries to break out.
struct Texts<'d> {
    count: std::cell::Cell<usize>,
    hostile: Option<&'d Dice>,
    given: std::cell::RefCell<Vec<&'static str>>,
}

impl<'d> Texts<'d> {
    fn new(hostile: Option<&'d Dice>) -> Self {
        Self { count: std::cell::Cell::default(), hostile, given: std::cell::RefCell::default() }
    }

    /// The text of the next place.
    fn next(&self) -> &'static str {
        let number = self.count.get();
        self.count.set(number + 1);
        let text: &'static str = match self.hostile {
            None => plain(number).leak(),
            // The number keeps them apart, and the ends are theirs.
            Some(dice) => format!("{}{number}{}", dice.piece(), dice.piece()).leak(),
        };
        self.given.borrow_mut().push(text);
        text
    }
}

/// The plain word of a place: it is in no other word.
fn plain(number: usize) -> String {
    format!("w{number}w")
}

#[test]
fn a_text_stays_in_its_place() {
    let Some(parser) = Parser::build("a_text_stays_in_its_place") else { return };
    let texts = Texts::new(None);
    let plain: Vec<Vec<Parsed>> = groups(&texts)
        .into_iter()
        .map(|statements| read(parser, &statements.expect("plain words are taken")))
        .collect();
    let words = texts.given.into_inner();
    assert!(words.len() > 70, "{} places", words.len());
    // Each word is in a tree: no place is left out.
    for word in &words {
        let there = |one: &Parsed| one.leaves.iter().any(|(_, leaf)| leaf.contains(word));
        assert!(plain.iter().flatten().any(there), "`{word}` is in no statement");
    }
    let mut runner = TestRunner::deterministic();
    let mut refused = vec![0; plain.len()];
    for _ in 0..CASES {
        let dice = Dice::new(numbers().new_tree(&mut runner).expect("numbers").current());
        let texts = Texts::new(Some(&dice));
        let found = groups(&texts);
        let given = texts.given.into_inner();
        for ((statements, plain), refused) in found.into_iter().zip(&plain).zip(&mut refused) {
            match statements {
                Ok(statements) => compare(parser, &statements, plain, &given),
                Err(_) => *refused += 1,
            }
        }
    }
    // A schema takes every text, a changefeed none that a sink cannot have.
    let (schemas, feeds) = refused.split_at(2);
    assert!(
        schemas.iter().all(|refused| *refused == 0) && feeds.iter().all(|refused| *refused < CASES * 9 / 10),
        "{refused:?} refused"
    );
}

/// Fails unless statements are the plain ones with the given texts in their places.
fn compare(parser: &Parser, statements: &[String], plain: &[Parsed], given: &[&str]) {
    let found = read(parser, statements);
    let kinds = |all: &[Parsed]| all.iter().map(|one| one.kind.clone()).collect::<Vec<_>>();
    assert_eq!(kinds(&found), kinds(plain), "no such statements: {given:?}");
    for ((found, plain), sql) in found.iter().zip(plain).zip(statements) {
        let places = |one: &Parsed| one.leaves.iter().map(|(place, _)| place.clone()).collect::<Vec<_>>();
        assert_eq!(places(found), places(plain), "no such places: {sql}");
        for ((place, text), (_, word)) in found.leaves.iter().zip(&plain.leaves) {
            assert!(
                is_replaced(parser, text, word, given),
                "{place}: `{text}` is not `{word}` with its texts\n{sql}\n{given:?}"
            );
        }
    }
}

/// Each statement is one.
fn read(parser: &Parser, statements: &[String]) -> Vec<Parsed> {
    let one = |sql: &String| {
        let mut parsed = parser.read(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
        assert_eq!(parsed.len(), 1, "it is more than one statement: {sql}");
        parsed.remove(0)
    };
    statements.iter().map(one).collect()
}

/// What another statement would hold if its texts were put in as they are.
fn careless(text: &str) {
    let Some(parser) = Parser::build("what_leaves_its_place_is_noticed") else {
        panic!("not tried: it is more than one statement, no such places, is not `w0w` with its texts")
    };
    let statement = |text: &str| vec![format!("CREATE TABLE t (a STRING DEFAULT '{text}', b STRING)")];
    compare(parser, &statement(text), &read(parser, &statement("w0w")), &[text]);
}

#[test]
fn what_stays_in_its_place_is_taken() {
    if Parser::build("what_stays_in_its_place_is_taken").is_some() {
        careless("a b");
    }
}

#[test]
#[should_panic(expected = "it is more than one statement")]
fn what_leaves_its_place_as_another_statement_is_noticed() {
    careless("'); DROP TABLE t; --");
}

#[test]
#[should_panic(expected = "no such places")]
fn what_leaves_its_place_inside_of_its_statement_is_noticed() {
    careless("' UNIQUE, c STRING DEFAULT '");
}

#[test]
#[should_panic(expected = "is not `w0w` with its texts")]
fn what_is_read_back_otherwise_is_noticed() {
    careless("it''s");
}

/// Whether a text is a word with the given texts in place of plain ones: as it is, as a name in Unicode's normal form,
/// in a URI, or in JSON.
fn is_replaced(parser: &Parser, text: &str, word: &str, given: &[&str]) -> bool {
    let expected = replaced(word, given);
    if text == expected || (!expected.is_ascii() && text == parser.normal(&expected)) {
        return true;
    }
    if let (Some(found), Some(plain)) = (uri(text), uri(word)) {
        let mut expected: Vec<String> = plain.iter().map(|part| replaced(part, given)).collect();
        // The slash before a path is there, whether it is given or not.
        if expected[2].starts_with('/') {
            expected[2].remove(0);
        }
        return found == expected;
    }
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    match (json(text), json(word)) {
        (Some(found), Some(plain)) => found == replaced_json(plain, given),
        _ => false,
    }
}

/// A word with the texts of its places in it.
fn replaced(word: &str, given: &[&str]) -> String {
    let mut out = word.to_owned();
    // None of the plain words is in another one; a text may hold what looks like one, so all are replaced at once.
    let mut from = 0;
    while let Some(start) = out[from..].find('w').map(|at| from + at) {
        let digits = out[start + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let end = start + 1 + digits;
        let number = out[start + 1..end].parse::<usize>().ok().filter(|_| out[end..].starts_with('w'));
        match number.and_then(|number| given.get(number)) {
            Some(text) => {
                out.replace_range(start..=end, text);
                from = start + text.len();
            }
            None => from = start + 1,
        }
    }
    out
}

/// The parts of a URI, each decoded: what separates them is read before.
fn uri(text: &str) -> Option<Vec<String>> {
    let (scheme, rest) = text.split_once("://")?;
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    // A path is one text, which may hold slashes.
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let parts = [scheme, host, path].into_iter();
    let values = query.split('&').flat_map(|pair| pair.split('='));
    Some(parts.chain(values).map(decoded).collect())
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = match tail {
            [high, low, ..] if *first == b'%' => {
                u8::from_str_radix(&format!("{}{}", char::from(*high), char::from(*low)), 16).ok()
            }
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn replaced_json(value: serde_json::Value, given: &[&str]) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => Value::String(replaced(&text, given)),
        Value::Array(all) => Value::Array(all.into_iter().map(|one| replaced_json(one, given)).collect()),
        Value::Object(all) => Value::Object(
            all.into_iter().map(|(key, one)| (replaced(&key, given), replaced_json(one, given))).collect(),
        ),
        other => other,
    }
}

/// The statements of each schema and changefeed that holds texts, or why it is refused.
fn groups(texts: &Texts<'_>) -> Vec<Result<Vec<String>>> {
    let of = |schema: Schema| {
        let mut all = Vec::new();
        for target in [Target::COCKROACHDB.at_version(26, 2), Target::COCKROACHDB_SINGLE_REGION] {
            for ddl in [schema.ddl(target)?, schema.drop_ddl(target)?] {
                all.extend(ddl.statements().iter().map(|one| one.sql().to_owned()));
            }
        }
        Ok(all)
    };
    let mut all = vec![of(stored(texts)), of(placed(texts))];
    all.extend(feeds(texts));
    all
}

/// A database without regions.
fn stored(texts: &Texts<'_>) -> Schema {
    let text = || texts.next();
    let name = |schema| TypeName::new(text()).in_schema(schema);
    let label = text();
    let mood: &'static EnumDef =
        leaked(EnumDef { name: name(text()), labels: leak(vec![text(), label]), comment: Some(text()) });
    let field = CompositeField::new(text(), ColumnType::String);
    let pair: &'static CompositeDef =
        leaked(CompositeDef::new(name(text()), leak(vec![field])).comment(text()));
    let [id, other, note, feeling, two, kept, near] = std::array::from_fn(|_| text());
    let columns = leak(vec![
        ColumnDef::new(id, ColumnType::Uuid).comment(text()),
        ColumnDef::new(other, ColumnType::String).default(DefaultValue::Text(text())).unique(),
        ColumnDef::new(note, ColumnType::String)
            .nullable(true)
            .on_update(DefaultValue::Text(text()))
            .not_visible(),
        ColumnDef::new(feeling, ColumnType::Enum(mood)).default(DefaultValue::Text(label)),
        ColumnDef::new(two, ColumnType::Composite(pair)).default(DefaultValue::Text(text())),
        ColumnDef::new(near, ColumnType::Vector).length(3),
        ColumnDef::new(kept, ColumnType::String).collate("de").default(DefaultValue::Text(text())),
    ]);
    let key = leak(vec![KeyPart::asc(id), KeyPart::desc(other)]);
    let index = text();
    let indexes = leak(vec![
        IndexDef::new(leak(vec![KeyPart::desc(other)])).name(index).storing(leak(vec![note])).comment(text()),
        IndexDef::new(leak(vec![KeyPart::asc(note)])).hash_sharded(Some(4)).shard_columns(leak(vec![note])),
        IndexDef::new(leak(vec![KeyPart::asc(kept), KeyPart::asc(note)]))
            .shard_columns(leak(vec![kept, note]))
            .name(text()),
        IndexDef::new(leak(vec![KeyPart::asc(kept)])).unique_constraint().name(text()),
        IndexDef::new(leak(vec![KeyPart::asc(near).op_class(text())])).vector(),
        IndexDef::new(leak(vec![KeyPart::asc(feeling)]))
            .storage(leak(vec![StorageParameter::new("a_b", StorageValue::Text(text()))])),
    ]);
    let checks = leak(vec![CheckDef::new("true").name(text()).comment(text()), CheckDef::new("1 = 1")]);
    let mine = name(text());
    let key_of_mine =
        ForeignKeyDef::new(leak(vec![other]), mine, leak(vec![other])).on_delete(Action::Cascade);
    let inner = PartitionBy::range(
        leak(vec![other]),
        leak(vec![PartitionDef::range(
            text(),
            leak(vec![PartitionValue::Text(text())]),
            &[PartitionValue::Max],
        )]),
    );
    let outer =
        PartitionDef::list(text(), leak(vec![leak(vec![PartitionValue::Text(text())])])).by(leaked(inner));
    let on_index = PartitionBy::list(
        leak(vec![other]),
        leak(vec![PartitionDef::list(text(), leak(vec![leak(vec![PartitionValue::Text(text())])]))]),
    );
    let zone = ZoneConfig::new().gc_ttl_seconds(600);
    let partition = outer.name;
    let policies = leak(vec![
        PolicyDef::new(text()).using("true").to(leak(vec![PolicyRole::Named(text()), PolicyRole::Public])),
    ]);
    let table = TableDef::new(mine, columns, PrimaryKeyDef::new(key))
        .indexes(indexes)
        .checks(checks)
        .foreign_keys(leak(vec![key_of_mine]))
        .families(leak(vec![
            FamilyDef::new(text(), leak(vec![id])),
            FamilyDef::new(text(), leak(vec![note])),
        ]))
        .storage(leak(vec![StorageParameter::new("c_d", StorageValue::Text(text()))]))
        .ttl(TtlDef::expire_after(text()).job_cron(text()).row_stats_poll_interval(text()))
        .partitions(leak(vec![
            PartitioningDef::table(PartitionBy::list(leak(vec![id]), leak(vec![outer]))),
            PartitioningDef::index(index, on_index),
        ]))
        .zones(leak(vec![
            ZoneDef::new(zone),
            ZoneDef::new(zone).index(index),
            ZoneDef::new(zone).partition(partition),
        ]))
        .row_level_security(RowLevelSecurity::Forced)
        .policies(policies)
        .schema_locked(true)
        .comment(text());
    // A circle of keys, the last of which is added by a statement of its own.
    let (there, back, far) = (text(), text(), text());
    let first = name(text());
    let second = TypeName::new(text());
    let refers =
        |to, columns: [&'static str; 1]| ForeignKeyDef::new(leak(columns.to_vec()), to, leak(vec![far]));
    let circle = |name, to, column| {
        leaked(
            TableDef::new(
                name,
                leak(vec![ColumnDef::new(far, ColumnType::Uuid), ColumnDef::new(column, ColumnType::Uuid)]),
                PrimaryKeyDef::new(leak(vec![KeyPart::asc(far)])),
            )
            .foreign_keys(leak(vec![refers(to, [column])]))
            .allowed(allowed()),
        )
    };
    let sequence = SequenceDef::allowed(name(text()), "a test");
    Schema::new(text()).sequences(leak(vec![sequence])).zone(zone).tables(leak(vec![
        leaked(table),
        circle(first, second, there),
        circle(second, first, back),
    ]))
}

/// A database with regions.
fn placed(texts: &Texts<'_>) -> Schema {
    let text = || texts.next();
    let regions: [&'static str; 3] = std::array::from_fn(|_| text());
    let (id, region) = (text(), text());
    let columns = leak(vec![
        ColumnDef::new(id, ColumnType::Uuid),
        ColumnDef::new(region, ColumnType::Region).default(DefaultValue::Text(regions[1])),
    ]);
    let key = PrimaryKeyDef::new(leak(vec![KeyPart::asc(id)]));
    let table = |locality| TableDef::new(TypeName::new(text()), columns, key).locality(locality);
    Schema::new(text())
        .regions(leak(regions.to_vec()))
        .super_regions(leak(vec![SuperRegionDef::new(text(), leak(regions.to_vec()))]))
        .tables(leak(vec![
            leaked(table(Locality::RegionalByRow(Some(region))).auto_rehoming()),
            leaked(table(Locality::RegionalByRow(None)).auto_rehoming()),
            leaked(table(Locality::RegionalByTable(Some(regions[2])))),
        ]))
}

/// Changefeeds, which are statements of their own.
fn feeds(texts: &Texts<'_>) -> Vec<Result<Vec<String>>> {
    let text = || texts.next();
    let column = text();
    let columns = leak(vec![ColumnDef::new(column, ColumnType::Jsonb)]);
    let name = TypeName::new(text()).in_schema(text());
    let table = TableDef::new(name, columns, PrimaryKeyDef::new(leak(vec![KeyPart::asc(column)])));
    let headers = [("a", text())];
    let kafka = [O::ExtraHeaders(&headers), O::MetricsLabel(text())];
    let column_options = [O::KeyColumn(column), O::Unordered, O::HeadersJsonColumnName(column)];
    let hook = [O::WebhookAuthHeader(text())];
    let feeds: [(Sink<'_>, &[O<'_>]); 6] = [
        (
            KafkaSink::new("b").topic_name(text()).topic_prefix(text()).sasl_plain(text(), text()).sink(),
            &kafka,
        ),
        (Sink::external(text()), &[O::Updated]),
        (WebhookSink::new("b", text()).sink(), &hook),
        (CloudStorageSink::s3("b", text()).aws_keys(text(), text()).sink(), &[]),
        (PubSubSink::new("project").topic_name(text()).sink(), &[O::Unordered]),
        (Sink::uri("kafka://b"), &column_options),
    ];
    feeds
        .into_iter()
        .map(|(sink, options)| {
            let def = ChangefeedDef::try_new(sink, options, None)?;
            Ok(vec![def.statement(&table, Target::COCKROACHDB)?.sql().to_owned()])
        })
        .collect()
}
