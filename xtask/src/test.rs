//! `cargo xtask test`: every test, on one server that all test programs share.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use crdb_orm::testing::SKIPPED_TESTS_FILE;

use crate::tally::Tally;
use crate::{cargo, demo, server};

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let mut all = vec!["--all-features".to_owned(), "--no-fail-fast".to_owned()];
    if !chooses_packages(arguments) {
        all.insert(0, "--workspace".to_owned());
    }
    all.extend_from_slice(arguments);
    run_with(&all, &[])
}

/// Runs `cargo test` with these arguments and these variables on a server of its own.
pub(crate) fn run_with(arguments: &[String], variables: &[(&str, &str)]) -> ExitCode {
    let server = match server::ensure().and_then(|()| server::start()) {
        Ok(server) => server,
        Err(code) => return code,
    };
    let skipped = file_of_skipped_tests();
    println!("Test server: {}", server.describe());
    let mut command = cargo::command();
    command.arg("test").args(arguments).envs(variables.iter().copied());
    command.env("CRDB_TEST_URL", server.url()).env(SKIPPED_TESTS_FILE, &skipped);
    let outcome = cargo::run_and_count(&mut command);

    println!("\nTest server: {}", server.describe());
    tell_skipped(&fs::read_to_string(&skipped).unwrap_or_default());
    let _ = fs::remove_file(&skipped);
    // Waits until the server has ended and its folder is gone.
    drop(server);
    match outcome {
        Ok((status, tally)) => {
            let Tally { passed, failed, ignored, .. } = &tally;
            println!("{} tests ran: {passed} passed, {failed} failed; {ignored} ignored", tally.ran());
            if status.success() && tally.ran() == 0 {
                eprintln!("error: no test ran, which does not count as success");
                return ExitCode::FAILURE;
            }
            demo::code_of(status)
        }
        Err(error) => {
            eprintln!("cargo cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}

fn chooses_packages(arguments: &[String]) -> bool {
    arguments.iter().take_while(|argument| *argument != "--").any(|argument| {
        matches!(argument.as_str(), "-p" | "--package" | "--workspace") || argument.starts_with("--package=")
    })
}

/// Beside this program, in the target folder, where a killed run may leave it.
fn file_of_skipped_tests() -> PathBuf {
    let name = format!("skipped-tests.{}", std::process::id());
    let beside = env::current_exe().unwrap_or_else(|_| env::temp_dir().join("xtask"));
    let file = beside.with_file_name(name);
    let _ = fs::remove_file(&file);
    file
}

fn tell_skipped(lines: &str) {
    let lines: BTreeSet<&str> = lines.lines().collect();
    if lines.is_empty() {
        println!("No test was skipped.");
        return;
    }
    println!("{} skipped:", if lines.len() == 1 { "1 test was" } else { "These tests were" });
    for line in lines {
        println!("  {line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_chosen_only_before_the_test_programs_own_arguments() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(chooses_packages(&words("-p crdb-orm")));
        assert!(chooses_packages(&words("retry --package=crdb-orm")));
        assert!(!chooses_packages(&words("retry -- -p")));
        assert!(!chooses_packages(&[]));
    }
}
