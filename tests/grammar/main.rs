//! What is printed for CockroachDB parses in its own grammar.
//!
//! The grammar is that of the Go module `cockroachdb-parser`: without Go the tests are skipped, visibly. The first
//! build of the module takes some minutes; Go keeps it.

mod dice;
mod feeds;
mod parser;
mod places;
mod random;
mod schemas;
mod sent;
mod statements;
mod text;
mod words;

use crdb_tests::golden;

use self::parser::Parser;

#[test]
fn what_is_printed_for_cockroachdb_parses() {
    let Some(parser) = Parser::build("what_is_printed_for_cockroachdb_parses") else { return };
    let folder = golden::path("ddl");
    let for_cockroachdb = |file: &String| {
        (file.ends_with(".cockroachdb.sql") || file.ends_with(".single_region.sql"))
            && !NEWER.contains(&file.as_str())
    };
    let files: Vec<_> = golden::files(&folder).into_iter().filter(for_cockroachdb).collect();
    assert!(!files.is_empty(), "there are no files in {}", folder.display());
    parser.check(files.iter().map(|file| folder.join(file)));
}

/// Goldens of what CockroachDB has and the newest published grammar, that of 25.2, has not.
const NEWER: [&str; 1] = ["composite_with_arrays.cockroachdb.sql"];

#[test]
fn what_the_grammar_is_too_old_for_is_nothing_else() {
    let Some(parser) = Parser::build("what_the_grammar_is_too_old_for_is_nothing_else") else { return };
    for file in NEWER {
        let text = std::fs::read_to_string(golden::path("ddl").join(file)).expect("a golden");
        assert!(parser.check_text(&text).is_err(), "the grammar takes {file} now: take it out of `NEWER`");
        // But for the brackets of an array in a composite type it is in the grammar.
        let (types, rest) = text.split_once("CREATE TABLE").expect("a table behind the types");
        let plain = format!("{}CREATE TABLE{rest}", types.replace("[]", ""));
        parser.check_text(&plain).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

#[test]
fn the_sql_file_of_the_shop_parses() {
    let Some(parser) = Parser::build("the_sql_file_of_the_shop_parses") else { return };
    parser.check([golden::path("../queries.sql")]);
}

#[test]
fn every_kind_of_expression_and_read_parses() {
    let Some(parser) = Parser::build("every_kind_of_expression_and_read_parses") else { return };
    parser.check(["kinds.sql", "reads.sql"].map(|file| golden::path("../exprs").join(file)));
}

#[test]
fn what_relations_send_parses() {
    let Some(parser) = Parser::build("what_relations_send_parses") else { return };
    parser.check([golden::path("../relations/texts.sql")]);
}

#[test]
fn what_is_compared_by_a_collation_parses() {
    let Some(parser) = Parser::build("what_is_compared_by_a_collation_parses") else { return };
    parser.check([golden::path("../queries/collated.sql")]);
}

#[test]
fn what_writes_of_many_rows_send_parses() {
    let Some(parser) = Parser::build("what_writes_of_many_rows_send_parses") else { return };
    parser.check([golden::path("../writes/texts.sql")]);
}

#[test]
fn what_scopes_add_parses() {
    let Some(parser) = Parser::build("what_scopes_add_parses") else { return };
    parser.check([golden::path("../scopes/texts.sql")]);
}

#[test]
fn what_the_ledger_sends_parses() {
    let Some(parser) = Parser::build("what_the_ledger_sends_parses") else { return };
    parser.check([golden::path("ledger.sql")]);
}

#[test]
#[should_panic(expected = "syntax error")]
fn what_does_not_parse_is_reported() {
    let Some(parser) = Parser::build("what_does_not_parse_is_reported") else {
        panic!("syntax error: not tried")
    };
    parser.check_text("CREATE TABLE t (id INT8 NOT;\n").unwrap_or_else(|error| panic!("{error}"));
}
