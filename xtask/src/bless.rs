//! `cargo xtask bless`: writes the expected output of the golden and compile-fail tests anew.

use std::process::ExitCode;

use crate::test;

/// What the golden tests and the compile-fail tests read.
const VARIABLES: [(&str, &str); 2] = [("BLESS", "1"), ("TRYBUILD", "overwrite")];

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let mut all: Vec<String> = ["--workspace", "--all-features", "--no-fail-fast"].map(str::to_owned).into();
    if arguments.is_empty() {
        all.extend(["--test", "golden*", "--test", "ui*", "--test", "shop"].map(str::to_owned));
    }
    all.extend_from_slice(arguments);
    let code = test::run_with(&all, &VARIABLES);
    println!("Look at the changes before they are committed: git diff tests");
    code
}
