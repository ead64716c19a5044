//! `cargo xtask demo`: the shop and the bank, on a server that is found, started or installed.

use std::process::ExitCode;

use crate::{cargo, server};

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    if let Err(code) = server::ensure() {
        return code;
    }
    // The development profile: this program was built with it, so most of what the demo needs is built already.
    let mut demo = cargo::command();
    demo.args(["run", "--quiet", "--package", "crdb-examples", "--bin", "demo", "--"]).args(arguments);
    match demo.status() {
        Ok(status) => code_of(status),
        Err(error) => {
            eprintln!("cargo cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The same exit code; failure when a signal ended the process.
pub(crate) fn code_of(status: std::process::ExitStatus) -> ExitCode {
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}
