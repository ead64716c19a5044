//! `cargo xtask chaos`: transfers through a proxy that breaks what it can, and what must be so afterwards.

use std::process::ExitCode;

use crate::demo::code_of;
use crate::{cargo, server};

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    if let Err(code) = server::ensure() {
        return code;
    }
    let mut chaos = cargo::command();
    chaos.args(["run", "--quiet", "--package", "crdb-tests", "--bin", "chaos", "--"]).args(arguments);
    match chaos.status() {
        Ok(status) => code_of(status),
        Err(error) => {
            eprintln!("cargo cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}
