//! Whatever a schema holds, each of its statements is one statement of the grammar, and the one that it is said to be.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use crdb_orm::schema::{DdlKind, DdlStatement};
use crdb_orm::{Schema, Target};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use crate::dice::numbers;
use crate::parser::{Parsed, Parser};
use crate::schemas::schema;
use crate::text::{as_written, expected};

const SCHEMAS: u32 = 3000;

#[test]
fn whatever_a_schema_holds_is_printed_in_the_grammar() {
    let Some(parser) = Parser::build("whatever_a_schema_holds_is_printed_in_the_grammar") else { return };
    let refused: Mutex<BTreeMap<String, u32>> = Mutex::default();
    let printed = Mutex::new(HashMap::<DdlKind, u32>::new());
    let config = Config { cases: SCHEMAS, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(&numbers(), |numbers| {
        let schema = schema(numbers);
        for target in [Target::COCKROACHDB, Target::COCKROACHDB_SINGLE_REGION.at_version(26, 1)] {
            let made = match schema.ddl(target) {
                Ok(made) => made,
                Err(error) => {
                    *refused.lock().expect("a map").entry(reason(&error.to_string())).or_default() += 1;
                    continue;
                }
            };
            let dropped = schema.drop_ddl(target).expect("what was printed can be dropped");
            for (drops, ddl) in [(false, &made), (true, &dropped)] {
                for statement in ddl.statements() {
                    check(parser, statement, drops)
                        .map_err(|why| TestCaseError::fail(format!("{why}\n{ddl}")))?;
                    *printed.lock().expect("a map").entry(statement.kind()).or_default() += 1;
                }
                // The script has them all, with what sets and resets settings, and nothing else.
                let settings = ddl.statements().iter().filter(|one| one.session_setting().is_some()).count();
                let script = parser.parse(&ddl.script()).map_err(TestCaseError::fail)?;
                prop_assert_eq!(script.len(), ddl.statements().len() + 2 * settings, "{}", ddl);
            }
        }
        Ok(())
    });
    if let Err(TestError::Fail(why, numbers)) = outcome {
        panic!("{why}\n{:?}", show(numbers));
    }
    // What is refused for good reasons must not be most of it, and every kind must be there.
    let refused = refused.into_inner().expect("a map");
    let printed = printed.into_inner().expect("a map");
    assert!(refused.values().sum::<u32>() < SCHEMAS, "too many are refused: {refused:#?}");
    assert!(printed.values().sum::<u32>() > 5 * SCHEMAS && printed.len() >= 12, "too little: {printed:#?}");
}

fn show(numbers: Vec<u16>) -> Schema {
    schema(numbers)
}

/// A refusal without the names in it.
fn reason(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("..")
}

/// What is wrong with a statement.
fn check(parser: &Parser, statement: &DdlStatement, drops: bool) -> Result<(), String> {
    for sql in [statement.sql(), statement.redacted()] {
        let parsed = parser.one(sql).map_err(|error| format!("{error}: {sql}"))?;
        if !trees(statement.kind(), drops).contains(&parsed.kind.as_str()) {
            return Err(format!("it is a {} instead of {:?}: {sql}", parsed.kind, statement.kind()));
        }
        same(parser, &parsed, sql)?;
    }
    Ok(())
}

/// What is wrong with the way in which the grammar writes it.
fn same(parser: &Parser, parsed: &Parsed, sql: &str) -> Result<(), String> {
    if parsed.is_misprinted() {
        return Ok(());
    }
    if !parsed.again.is_empty() {
        return Err(format!("its format is not stable:\n{sql}\n{}\n{}", parsed.format, parsed.again));
    }
    let (ours, theirs) = (expected(sql, |name| parser.normal(name)), as_written(&parsed.format));
    if ours == theirs {
        return Ok(());
    }
    let at = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
    let around = |all: &[String]| all[at.saturating_sub(4)..all.len().min(at + 6)].join(" ");
    Err(format!(
        "the grammar reads something else:\n{sql}\n{}\nat: {}\nnot: {}",
        parsed.format,
        around(&ours),
        around(&theirs)
    ))
}

/// The kinds of syntax trees that a statement of a kind can be.
fn trees(kind: DdlKind, drops: bool) -> &'static [&'static str] {
    match (kind, drops) {
        (DdlKind::Database, false) => &[
            "AlterDatabasePrimaryRegion",
            "AlterDatabaseAddRegion",
            "AlterDatabaseSurvivalGoal",
            "AlterDatabasePlacement",
            "AlterDatabaseAddSuperRegion",
            "AlterDatabaseSecondaryRegion",
        ],
        (DdlKind::SqlSchema, false) => &["CreateSchema"],
        (DdlKind::SqlSchema, true) => &["DropSchema"],
        (DdlKind::Type, false) => &["CreateType"],
        (DdlKind::Type, true) => &["DropType"],
        (DdlKind::Sequence, false) => &["CreateSequence"],
        (DdlKind::Sequence, true) => &["DropSequence"],
        (DdlKind::Table, false) => &["CreateTable", "AlterTable"],
        (DdlKind::Table, true) => &["DropTable", "AlterTable"],
        (DdlKind::Constraint, _) => &["AlterTable"],
        (DdlKind::Comment, false) => {
            &["CommentOnTable", "CommentOnColumn", "CommentOnIndex", "CommentOnConstraint", "CommentOnType"]
        }
        (DdlKind::Zone, false) => &["SetZoneConfig"],
        (DdlKind::Function, false) => &["CreateRoutine"],
        (DdlKind::Function, true) => &["DropRoutine"],
        (DdlKind::View, false) => &["CreateView"],
        (DdlKind::View, true) => &["DropView"],
        (DdlKind::Policy, false) => &["CreatePolicy", "AlterTable"],
        (DdlKind::Policy, true) => &["DropPolicy"],
        (DdlKind::Changefeed, false) => &["CreateChangefeed"],
        _ => &[],
    }
}
