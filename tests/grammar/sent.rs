//! What the whole suite sends is in CockroachDB's grammar, but for what is named here.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use crdb_orm::testing::{SENT_STATEMENTS_FOLDER, say_skipped};

use crate::parser::Parser;

/// The variable that names the folder with what was sent: `cargo xtask test` sets it when all tests have run.
const CHECKED: &str = "CRDB_CHECK_SENT_STATEMENTS";

/// What is not in the grammar, by a piece of its text, and why it is sent nevertheless.
const EXCUSED: &[(&str, &str)] = &[
    ("CREATE CONSTRAINT TRIGGER wait ", "PostgreSQL only: a test makes a commit wait by it"),
    ("CREATE COLLATION IF NOT EXISTS ", "PostgreSQL only: CockroachDB has the collations of all languages"),
    ("DROP COLLATION IF EXISTS ", "PostgreSQL only: CockroachDB has the collations of all languages"),
    (
        "DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'",
        "PostgreSQL only: a test makes the server forget what is prepared",
    ),
    ("CREATE NONSENSE", "a test of what is no SQL"),
    ("CREATE TYPE lists AS ", ARRAYS),
    ("CREATE TYPE stops AS ", ARRAYS),
    ("CHECK (id > > 0)", "a test of what is no SQL"),
];

const ARRAYS: &str =
    "CockroachDB has arrays in composites from 26.1 on, and the grammar is that of an older one";

#[test]
fn what_the_suite_sends_parses() {
    let test = "what_the_suite_sends_parses";
    let Some(folder) = env::var_os(CHECKED) else {
        // While it is being written, it cannot be read yet.
        if env::var_os(SENT_STATEMENTS_FOLDER).is_none() {
            say_skipped("a run without a record of statements", test, "`cargo xtask test` makes one");
        }
        return;
    };
    let Some(parser) = Parser::build(test) else { return };
    let sent = read(Path::new(&folder));
    let (mut wrong, mut excused) = (Vec::new(), BTreeSet::new());
    let mut count = 0;
    for sql in &sent {
        if let Some((piece, reason)) = EXCUSED.iter().find(|(piece, _)| sql.contains(piece)) {
            excused.insert(format!("excused: {piece}: {reason}"));
            continue;
        }
        count += 1;
        if let Err(error) = parser.parse(sql) {
            wrong.push(format!("{error}: {sql}"));
        }
    }
    println!("{count} of {} statements are read", sent.len());
    for line in excused {
        println!("{line}");
    }
    assert!(count > 0, "nothing was sent");
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), sent.len(), wrong.join("\n---\n"));
}

/// All texts in the files of a folder, each once.
fn read(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut all = BTreeSet::new();
    for entry in entries {
        let text = fs::read_to_string(entry.expect("a file").path()).expect("texts");
        all.extend(text.split('\0').filter(|sql| !sql.is_empty()).map(str::to_owned));
    }
    all
}
