//! `cargo xtask test`: every test, on one server that all test programs share.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use crdb_orm::testing::{SENT_STATEMENTS_FOLDER, SKIPPED_TESTS_FILE};

use crate::tally::Tally;
use crate::{cargo, demo, server};

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let mut all = vec!["--all-features".to_owned(), "--no-fail-fast".to_owned()];
    if !chooses_packages(arguments) {
        all.insert(0, "--workspace".to_owned());
    }
    all.extend_from_slice(arguments);
    let sent = beside_this_program("sent-statements");
    if !is_whole(arguments) || fs::create_dir_all(&sent).is_err() {
        return run_with(&all, &[]);
    }
    let folder = sent.to_string_lossy();
    let code = run_with(&all, &[(SENT_STATEMENTS_FOLDER, &folder)]);
    let code = if code == ExitCode::SUCCESS { read_what_was_sent(&folder) } else { code };
    let _ = fs::remove_dir_all(&sent);
    code
}

/// Whether all tests run, so that what they sent is everything.
fn is_whole(arguments: &[String]) -> bool {
    !chooses_packages(arguments)
        && arguments.iter().all(|argument| argument.starts_with("--") && argument != "--")
}

/// Lets CockroachDB's own grammar read all statements that the tests sent.
fn read_what_was_sent(folder: &str) -> ExitCode {
    println!("\nWhat was sent, in the grammar of CockroachDB:");
    let mut command = cargo::command();
    // The same features as before, so that nothing is built anew.
    command.args(["test", "--quiet", "--workspace", "--all-features", "--test", "grammar", "--"]);
    command.args(["--nocapture", "--exact", "sent::what_the_suite_sends_parses"]);
    match command.env("CRDB_CHECK_SENT_STATEMENTS", folder).status() {
        Ok(status) => demo::code_of(status),
        Err(error) => {
            eprintln!("cargo cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
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

/// A name beside this program, in the target folder, where a killed run may leave it.
fn beside_this_program(name: &str) -> PathBuf {
    let name = format!("{name}.{}", std::process::id());
    env::current_exe().unwrap_or_else(|_| env::temp_dir().join("xtask")).with_file_name(name)
}

fn file_of_skipped_tests() -> PathBuf {
    let file = beside_this_program("skipped-tests");
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

    #[test]
    fn a_run_of_some_tests_is_not_the_whole_suite() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(is_whole(&[]) && is_whole(&words("--locked")));
        for some in ["transfers", "-p crdb-orm", "--locked -- --exact", "--package=crdb-orm"] {
            assert!(!is_whole(&words(some)), "{some}");
        }
    }
}
