//! The texts of all statements that a test program sends, for a check of them all at the end of a run.

use std::collections::HashSet;
use std::env;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

/// The variable that names a folder for the texts of statements.
///
/// Each program that has the feature `testing` adds a file, in which each text stands once with a NUL after it. Values
/// are not in it, unless a text was written with them in it. `cargo xtask test` sets the variable, and lets
/// CockroachDB's own grammar read what was sent.
pub const SENT_STATEMENTS_FOLDER: &str = "CRDB_SENT_STATEMENTS_FOLDER";

#[derive(Debug)]
struct Notes {
    known: HashSet<String>,
    file: File,
}

/// Notes a text, if that is asked for.
pub fn note(sql: &str) {
    static NOTES: OnceLock<Option<Mutex<Notes>>> = OnceLock::new();
    let Some(notes) = NOTES.get_or_init(|| open().map(Mutex::new)) else { return };
    let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    if !notes.known.insert(sql.to_owned()) {
        return;
    }
    // One write of one text: a program that is killed leaves whole ones.
    if let Err(error) = notes.file.write_all(format!("{sql}\0").as_bytes()) {
        eprintln!("cannot note a statement in the folder that {SENT_STATEMENTS_FOLDER} names: {error}");
    }
}

fn open() -> Option<Notes> {
    let folder = env::var_os(SENT_STATEMENTS_FOLDER)?;
    let program = env::current_exe().ok()?;
    let name = format!("{}.{}.sent", program.file_stem()?.to_string_lossy(), std::process::id());
    match OpenOptions::new().create(true).append(true).open(Path::new(&folder).join(name)) {
        Ok(file) => Some(Notes { known: HashSet::new(), file }),
        Err(error) => {
            eprintln!("no file can be made in the folder that {SENT_STATEMENTS_FOLDER} names: {error}");
            None
        }
    }
}
