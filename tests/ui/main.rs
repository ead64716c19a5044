//! Promise: what makes no sense does not compile, and the compiler says why and what to write instead.
//!
//! `cargo xtask bless` writes the messages anew: read every line of the difference, since users will read it.

use std::process::Command;

use crdb_orm::testing::say_skipped;

/// The compiler whose words are in the files.
const WORDS_OF: &str = env!("CARGO_PKG_RUST_VERSION");

#[test]
fn mistakes_are_told_where_they_stand() {
    let version = rustc_version();
    if !version.starts_with(&format!("rustc {WORDS_OF}.")) {
        let reason = format!("the expected messages are in the words of {WORDS_OF}");
        say_skipped(&version, "mistakes_are_told_where_they_stand", &reason);
        return;
    }
    let cases = trybuild::TestCases::new();
    for topic in [
        "attributes",
        "changefeeds",
        "checks",
        "columns",
        "crdb_test",
        "enums",
        "foreign_keys",
        "indexes",
        "keys",
        "locality",
        "newtypes",
        "partitions",
        "patches",
        "policies",
        "queries",
        "red_lines",
        "relations",
        "rows",
        "schemas",
        "scopes",
        "storage",
        "structs",
        "zones",
    ] {
        cases.compile_fail(format!("ui/{topic}/*.rs"));
    }
}

#[test]
fn what_makes_sense_compiles_whatever_the_names_and_the_lints() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("the compiler says its version");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
