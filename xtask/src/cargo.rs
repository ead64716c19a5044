//! Runs cargo in the workspace.

use std::env;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::tally::Tally;

/// A call of the cargo that runs this program, at the root of the workspace.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    // Cargo says where this package is when it runs it; it may have moved since it was built.
    let package =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.parent().map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// Runs a command, shows its output as it comes, and counts the tests that it reports.
pub(crate) fn run_and_count(command: &mut Command) -> io::Result<(ExitStatus, Tally)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut tally = Tally::default();
    if let Some(mut output) = child.stdout.take() {
        let mut screen = io::stdout().lock();
        let mut chunk = [0; 8192];
        loop {
            let length = match output.read(&mut chunk) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            tally.read(&chunk[..length]);
            screen.write_all(&chunk[..length])?;
            screen.flush()?;
        }
    }
    let status = child.wait()?;
    tally.finish();
    Ok((status, tally))
}
