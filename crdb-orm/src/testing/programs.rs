//! Finds the programs of a server on this machine.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names the folders to search instead of `PATH` and the usual places, separated like `PATH`.
pub(super) const SEARCH_PATH: &str = "CRDB_DEV_SERVER_PATH";

/// What to do where no server is found.
pub(super) const ADVICE: &str = "\
no database server found: CRDB_TEST_URL and DATABASE_URL are not set, `cockroach` is not on PATH, and PostgreSQL's \
`initdb` and `postgres` are in none of the usual places. One of these will do:
  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install -y postgresql
  macOS:           brew install postgresql@17
  Docker:          docker run -d --rm -p 26257:26257 cockroachdb/cockroach start-single-node --insecure
                   export CRDB_TEST_URL='postgresql://root@127.0.0.1:26257/defaultdb?sslmode=disable'
  CockroachDB:     put the `cockroach` program on PATH (it is preferred over PostgreSQL)";

/// A server that can be started here, and the folder that its programs are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Programs {
    Cockroach(PathBuf),
    PostgreSql(PathBuf),
}

/// Searches the given folders, or else `PATH` and the usual places.
pub(super) fn find(folders: Option<&[PathBuf]>) -> Option<Programs> {
    let path: Vec<PathBuf> = match folders {
        Some(folders) => folders.to_vec(),
        None => env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default(),
    };
    if let Some(folder) = path.iter().find(|folder| is_program(&folder.join("cockroach"))) {
        return Some(Programs::Cockroach(folder.clone()));
    }
    let usual = if folders.is_some() { Vec::new() } else { usual_places(&path) };
    path.into_iter().chain(usual).find(|folder| has_postgresql(folder)).map(Programs::PostgreSql)
}

fn has_postgresql(folder: &Path) -> bool {
    is_program(&folder.join("initdb")) && is_program(&folder.join("postgres"))
}

/// Where PostgreSQL's packages put the programs of a server, which are rarely on `PATH`. Newest version first.
fn usual_places(path: &[PathBuf]) -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = pg_config(path).into_iter().collect();
    places.extend(versions("/usr/lib/postgresql", "", "bin"));
    places.push("/usr/local/bin".into());
    places.extend(versions("/opt/homebrew/opt", "postgresql@", "bin"));
    places.extend(versions("/usr/local/opt", "postgresql@", "bin"));
    places.extend(versions("/usr", "pgsql-", "bin"));
    places.extend(versions("/usr/libexec", "postgresql", ""));
    places.extend(versions("/Applications/Postgres.app/Contents/Versions", "", "bin"));
    places.push("/usr/local/pgsql/bin".into());
    places
}

/// The folder that `pg_config` names. It may come with the client's headers alone, so the folder is checked.
fn pg_config(path: &[PathBuf]) -> Option<PathBuf> {
    let program = path.iter().map(|folder| folder.join("pg_config")).find(|program| is_program(program))?;
    let output = Command::new(program).arg("--bindir").output().ok()?;
    let folder = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(folder.trim_end()))
}

/// The folders `<parent>/<prefix><version>/<inner>`, newest version first.
fn versions(parent: &str, prefix: &str, inner: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let mut found: Vec<(Vec<u32>, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = version(name.to_str()?.strip_prefix(prefix)?)?;
            Some((version, entry.path().join(inner)))
        })
        .collect();
    found.sort_by_key(|(version, _)| Reverse(version.clone()));
    found.into_iter().map(|(_, folder)| folder).collect()
}

fn version(text: &str) -> Option<Vec<u32>> {
    text.split('.').map(|part| part.parse().ok()).collect()
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && is_executable(&metadata))
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    // Servers are started through `sh`, so none is found elsewhere: give the address of one.
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let mut all = [version("9.6"), version("15"), version("9"), version("17"), version("10")];
        all.sort();
        assert_eq!(all, [Some(vec![9]), Some(vec![9, 6]), Some(vec![10]), Some(vec![15]), Some(vec![17])]);
        assert_eq!(version("latest"), None);
        assert_eq!(version(""), None);
    }

    #[test]
    fn folders_that_are_given_are_the_only_ones_searched() {
        assert_eq!(find(Some(&[])), None);
        assert_eq!(find(Some(&[PathBuf::from("/nowhere")])), None);
    }

    #[test]
    fn the_advice_names_a_command_for_each_system() {
        for command in ["apt-get install", "brew install", "docker run"] {
            assert!(ADVICE.contains(command));
        }
    }
}
