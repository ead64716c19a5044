//! `cargo xtask bench`: the library side by side with its peers.

use std::process::ExitCode;

use crate::demo::code_of;
use crate::{cargo, server};

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    // A server that is named needs none to be installed.
    let named = arguments.iter().any(|argument| argument == "--url" || argument.starts_with("--url="));
    if !named && let Err(code) = server::ensure() {
        return code;
    }
    let mut bench = cargo::command();
    bench.args(["run", "--quiet", "--release", "--package", "crdb-benches", "--", "peers"]).args(arguments);
    match bench.status() {
        Ok(status) => code_of(status),
        Err(error) => {
            eprintln!("cargo cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}
