//! Whatever a changefeed holds, its statement is one statement of the grammar.

use std::fmt::Write;

use crdb_orm::Target;
use crdb_orm::schema::{
    AlterChangefeed, CdcQuery, ChangefeedDef, ChangefeedJob, ChangefeedOption as O, CloudStorageSink,
    ColumnDef, ColumnType, DdlStatement, EnrichedProperties, Envelope, Format, KafkaSink, KafkaSinkConfig,
    KeyPart, PrimaryKeyDef, Sink, SinkBatching, TableDef, TypeName, WebhookSink,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::parser::Parser;

/// Texts that try to leave a literal, a URI or a piece of JSON.
const HOSTILE: [&str; 12] = [
    "'",
    "''; DROP TABLE t; --",
    "\\",
    "\\'",
    "\"",
    "$$",
    "/*",
    "\u{2019}",
    "%27",
    "ö 表",
    "{\"a\": 1}",
    "a\tb",
];

#[test]
fn every_changefeed_is_one_statement() {
    let Some(parser) = Parser::build("every_changefeed_is_one_statement") else { return };
    let mut runner = TestRunner::deterministic();
    let random = "\\PC{0,20}";
    let texts = HOSTILE
        .iter()
        .map(|text| (*text).to_owned())
        .chain((0..200).map(|_| random.new_tree(&mut runner).expect("a text").current()));
    let mut script = String::new();
    let (mut statements, mut skipped) = (0, 0);
    for text in texts {
        for statement in of(&text) {
            match statement {
                Some(statement) => {
                    // What is shown in its place parses too.
                    writeln!(script, "{};\n{};", statement.sql(), statement.redacted()).expect("text");
                    statements += 1;
                }
                None => skipped += 1,
            }
        }
    }
    assert!(statements > 1500 && skipped < statements / 2, "{statements} printed, {skipped} refused");
    parser.check_text(&script).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn queries_that_are_taken_parse() {
    let Some(parser) = Parser::build("queries_that_are_taken_parse") else { return };
    let table = table("orders");
    let mut script = String::new();
    for (select, filter) in [
        ("*", "true"),
        ("orders.*, event_op()", "NOT (id IS NULL)"),
        ("id, total * 2 AS double, -total, (total + 1) % 3", "total BETWEEN 1 AND 5 OR total IN (7, 8)"),
        ("CASE WHEN total > 1 THEN 'a''b' ELSE e'c\\'d' END", "note ILIKE '%x%' AND note SIMILAR TO 'a|b'"),
        ("meta->'a'->>'b', meta @> '{}', meta ? 'x'", "(meta->>'n')::INT8 > 3"),
        (
            "(cdc_prev).total AS before, cdc_prev",
            "(cdc_prev) IS NULL OR (cdc_prev).note IS DISTINCT FROM note",
        ),
        (
            "extract(epoch FROM at), date_trunc('day', at), at AT TIME ZONE 'UTC'",
            "at > '2024-01-01'::TIMESTAMPTZ",
        ),
        (
            "substring(note FROM 1 FOR 2), overlay(note PLACING 'x' FROM 1), trim(both 'x' FROM note)",
            "at > TIMESTAMPTZ '2024-01-01'",
        ),
        (
            "CAST(total AS DECIMAL(10, 2)), total::DOUBLE PRECISION, note COLLATE en",
            "total = ANY (ARRAY[1, 2])",
        ),
        ("jsonb_build_object('id', id), coalesce(note, ''), upper(lower(note))", "length(note) > 1.5e3"),
        ("crdb_internal.cluster_id(), public.price(total), pg_catalog.length(note)", "x'ff' = b'\\xff'"),
        ("crdb_internal_mvcc_timestamp, \"id\", ORDERS.ID", "statement_timestamp() > at + INTERVAL '1 day'"),
    ] {
        let def = ChangefeedDef::try_new(
            Sink::external("x"),
            &[O::Diff],
            Some(CdcQuery::select(select).filter(filter)),
        )
        .unwrap_or_else(|error| panic!("{select} / {filter}: {error}"));
        let statement = def.statement(&table, Target::COCKROACHDB);
        let statement = statement.unwrap_or_else(|error| panic!("{select} / {filter}: {error}"));
        writeln!(script, "{};", statement.sql()).expect("text");
    }
    parser.check_text(&script).unwrap_or_else(|error| panic!("{error}"));
}

fn table(name: &'static str) -> TableDef {
    const COLUMNS: &[ColumnDef] = &[
        ColumnDef::new("id", ColumnType::Uuid),
        ColumnDef::new("total", ColumnType::Int8),
        ColumnDef::new("note", ColumnType::String),
        ColumnDef::new("meta", ColumnType::Jsonb),
        ColumnDef::new("at", ColumnType::TimestampTz),
    ];
    const KEY: PrimaryKeyDef = PrimaryKeyDef::new(&[KeyPart::asc("id")]);
    TableDef::new(TypeName::new(name), COLUMNS, KEY)
}

/// Statements with the text in each place that can hold one; `None` where it is refused.
fn of(text: &str) -> Vec<Option<DdlStatement>> {
    let named = table(format!("t{text}").replace('\0', "").leak());
    let print = |sink: Sink<'_>, options: &[O<'_>]| {
        ChangefeedDef::try_new(sink, options, None).ok()?.statement(&named, Target::COCKROACHDB).ok()
    };
    let uri = format!("kafka://broker:9092?topic_prefix={text}");
    let registry = format!("https://registry/{text}");
    let column: &'static str = text.to_owned().leak();
    let with_column = TableDef::new(
        TypeName::new("t"),
        vec![ColumnDef::new(column, ColumnType::Jsonb)].leak(),
        PrimaryKeyDef::new(vec![KeyPart::asc(column)].leak()),
    );
    let of_column = |options: &[O<'_>]| {
        ChangefeedDef::try_new(Sink::uri("kafka://b"), options, None)
            .ok()?
            .statement(&with_column, Target::COCKROACHDB)
            .ok()
    };
    vec![
        print(Sink::uri(&uri), &[O::Updated]),
        print(KafkaSink::new("b").topic_name(text).sasl_plain(text, text).sink(), &[]),
        print(WebhookSink::new("b", text).ca_cert(text).sink(), &[O::WebhookAuthHeader(text)]),
        print(CloudStorageSink::s3("b", text).aws_keys(text, text).sink(), &[O::MetricsLabel(text)]),
        print(Sink::uri("kafka://b"), &[O::ExtraHeaders(&[("a", text)])]),
        print(Sink::uri("kafka://b"), &[O::Format(Format::Avro), O::ConfluentSchemaRegistry(&registry)]),
        print(
            Sink::uri("kafka://b"),
            &[
                O::Envelope(Envelope::Enriched),
                O::EnrichedProperties(EnrichedProperties::SourceAndSchema),
                O::KafkaSinkConfig(
                    KafkaSinkConfig::new().client_id("a").flush_messages(5).flush_frequency("1s"),
                ),
            ],
        ),
        print(Sink::uri("webhook-https://b"), &[O::WebhookSinkConfig(SinkBatching::new().retry_forever())]),
        print(
            Sink::external("x"),
            &[O::ExecutionLocality(&format!("region={}", text.replace([' ', ',', '='], "")))],
        ),
        print(Sink::NONE, &[O::Cursor("1.0000000000"), O::Resolved(Some("1s"))]),
        of_column(&[O::KeyColumn(text), O::Unordered, O::HeadersJsonColumnName(text)]),
        ChangefeedJob::new(1)
            .alter(&[
                AlterChangefeed::SetSink(KafkaSink::new("b").topic_prefix(text).sink()),
                AlterChangefeed::AddTable { table: named.name, initial_scan: true },
                AlterChangefeed::SetOption(O::MetricsLabel(text)),
                AlterChangefeed::UnsetOption("diff"),
                AlterChangefeed::DropTable(named.name),
            ])
            .ok(),
    ]
}

#[test]
fn statements_about_jobs_parse() {
    let Some(parser) = Parser::build("statements_about_jobs_parse") else { return };
    let job = ChangefeedJob::new(383_870_400_694_353_921);
    let all = [job.pause(), job.resume(), job.cancel(), job.show(), ChangefeedJob::show_all().to_owned()];
    parser.check_text(&format!("{};\n", all.join(";\n"))).unwrap_or_else(|error| panic!("{error}"));
}
