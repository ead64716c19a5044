//! Expected texts in files of their own, next to the tests.
//!
//! `BLESS=1` (as `cargo xtask bless` sets it) writes them anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// A folder of expected texts, such as `ddl`, and what is wrong with it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    expected: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Folder {
    /// The folder of that name beside the golden tests.
    pub fn new(name: &str) -> Self {
        Self { path: path(name), expected: BTreeSet::new(), wrong: Vec::new() }
    }

    /// Compares a text with the file of that name.
    pub fn check(&mut self, file: &str, text: &str) {
        if !self.expected.insert(file.to_owned()) {
            self.wrong.push(format!("{file}: two cases write it"));
        }
        self.wrong.extend(compare(&self.path.join(file), text));
    }

    /// Fails if a file was missing, stale, or belongs to no case.
    ///
    /// # Panics
    /// With all that is wrong.
    pub fn finish(mut self) {
        for file in files(&self.path) {
            if self.expected.contains(&file) {
                continue;
            }
            if blessing() {
                fs::remove_file(self.path.join(&file))
                    .unwrap_or_else(|error| panic!("cannot remove {file}: {error}"));
            } else {
                self.wrong.push(format!("{file}: no case writes it; remove it"));
            }
        }
        assert!(self.wrong.is_empty(), "{}\n{ADVICE}", self.wrong.join("\n"));
    }
}

const ADVICE: &str = "If that is what it should be: `cargo xtask bless`, and look at the changes.";

/// The path of a folder or file beside the golden tests.
pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name)
}

/// Fails unless the file holds the text; writes it instead when blessing.
///
/// # Panics
/// With the difference.
pub fn check(path: &Path, text: &str) {
    if let Some(wrong) = compare(path, text) {
        panic!("{wrong}\n{ADVICE}");
    }
}

/// The names of the files in a folder, in order.
///
/// # Panics
/// The folder cannot be read.
pub fn files(folder: &Path) -> BTreeSet<String> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return BTreeSet::new(),
        Err(error) => panic!("cannot read {}: {error}", folder.display()),
    };
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.expect("an entry of the folder").file_name().to_string_lossy().into_owned()
    };
    entries.map(name).collect()
}

fn blessing() -> bool {
    env::var_os("BLESS").is_some_and(|value| value == "1")
}

/// What differs, if anything does.
fn compare(path: &Path, text: &str) -> Option<String> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let expected = fs::read_to_string(path);
    if expected.as_ref().is_ok_and(|expected| expected == text) {
        return None;
    }
    if blessing() {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .unwrap_or_else(|error| panic!("cannot make {}: {error}", folder.display()));
        }
        fs::write(path, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        return None;
    }
    Some(match expected {
        Ok(expected) => format!("{name}: it is stale\n{}", difference(&expected, text)),
        Err(_) => format!("{name}: it is missing\n{}", difference("", text)),
    })
}

/// The lines between the first and the last that differ: `-` as they are in the file, `+` as they are now.
fn difference(expected: &str, actual: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (expected.split('\n').collect(), actual.split('\n').collect());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let start = old.iter().zip(&new).take_while(same).count();
    let rest = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(same).count();
    let mut text = format!("@@ line {} @@\n", start + 1);
    for (sign, lines) in [('-', &old[start..old.len() - end]), ('+', &new[start..new.len() - end])] {
        for line in lines {
            text.push(sign);
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_difference_shows_only_the_lines_that_differ() {
        assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "@@ line 2 @@\n-b\n+x\n+y\n");
        assert_eq!(difference("a\n", "a\na\n"), "@@ line 2 @@\n+a\n");
    }
}
