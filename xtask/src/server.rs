//! The database server that demo and tests run on.

use std::process::ExitCode;

use crdb_orm::testing::{DevServer, DevServerOptions};

use crate::install;

/// Sees to it that there is a server to use, and installs one if need be.
pub(crate) fn ensure() -> Result<(), ExitCode> {
    let is_available = || DevServerOptions::from_env().is_available();
    if is_available() || (install::postgresql() && is_available()) {
        return Ok(());
    }
    // The error of a start has the full advice.
    start().map(drop)
}

/// Starts the server, or connects to the one that is given.
pub(crate) fn start() -> Result<DevServer, ExitCode> {
    DevServer::start().map_err(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}
