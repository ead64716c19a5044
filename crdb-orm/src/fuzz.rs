//! What the fuzzer of `fuzz/` calls: texts that others write, and what must hold for each of them. Built for it, and for the
//! test below, which runs the same without a fuzzer.

use crate::conn::{fuzz_passfile, fuzz_url};
use crate::query::fuzz_cursor;

/// A URL: it is read or refused, and what is shown of it can be read again and holds no password.
pub fn url(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        fuzz_url(text);
    }
}

/// A password file: what libpq would find in a line is found.
pub fn passfile(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        fuzz_passfile(text);
    }
}

/// A cursor: any text is read or refused, what was written is read, and what was changed is refused.
pub fn cursor(data: &[u8]) {
    fuzz_cursor(data);
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use super::*;

    /// How many inputs are made for a target, in which time at most.
    const INPUTS: u32 = 10_000;
    const AT_MOST: Duration = Duration::from_secs(4);
    /// What the grammars of the targets are made of, so that changes meet more than errors of the first byte.
    const PIECES: [&str; 23] = [
        ":",
        "/",
        "@",
        "%",
        "\\",
        "\n",
        "\r",
        "#",
        "*",
        "?",
        "&",
        "=",
        ",",
        "[",
        "]",
        "%2F",
        "%00",
        "localhost",
        "postgresql://",
        "sslmode=",
        "\u{fffd}",
        "\0",
        "::1",
    ];

    /// Shows the input if what is run on it panics.
    struct Input<'a>(&'static str, &'a [u8]);

    impl Drop for Input<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("fuzz/seeds/{} should get this input: b\"{}\"", self.0, self.1.escape_ascii());
            }
        }
    }

    /// The folder of the fuzzer; it is no part of the package that is published.
    fn folder() -> Option<PathBuf> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        root.join("fuzz/fuzz_targets").is_dir().then(|| root.join("fuzz")).or_else(|| {
            assert!(!root.join("xtask").is_dir(), "the targets of the fuzzer have moved");
            None
        })
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        files
    }

    /// Another input, made of those that there are.
    fn changed(seeds: &[Vec<u8>], random: &mut fastrand::Rng) -> Vec<u8> {
        let mut data = random.choice(seeds).cloned().unwrap_or_default();
        for _ in 0..random.u32(1..6) {
            let (from, to) = (random.usize(0..=data.len()), random.usize(0..=data.len()));
            let range = from.min(to)..from.max(to);
            match random.u8(0..7) {
                0 if !data.is_empty() => {
                    let at = random.usize(0..data.len());
                    data[at] ^= 1 << random.u8(0..8);
                }
                1 => data.insert(from, random.u8(..)),
                2 => drop(data.drain(range)),
                3 => {
                    let again = data[range].to_vec();
                    data.splice(to..to, again);
                }
                4 => {
                    let other = random.choice(seeds).expect("a seed");
                    let cut = random.usize(0..=other.len());
                    data.splice(range, other[cut..].iter().copied());
                }
                5 => {
                    let length = random.usize(0..40);
                    data.splice(
                        range,
                        std::iter::repeat_with(|| random.u8(..)).take(length).collect::<Vec<_>>(),
                    );
                }
                _ => drop(data.splice(range, random.choice(PIECES).expect("a piece").bytes())),
            }
        }
        data.truncate(2048);
        data
    }

    fn run(target: &'static str, body: fn(&[u8])) {
        let Some(folder) = folder() else { return };
        let text = fs::read_to_string(folder.join(format!("fuzz_targets/{target}.rs"))).expect("a target");
        assert!(text.contains(&format!("crdb_orm::__fuzz::{target}(data)")), "it runs something else");
        let read = |path: &PathBuf| fs::read(path).expect("a seed");
        let seeds: Vec<Vec<u8>> = files(&folder.join("seeds").join(target)).iter().map(read).collect();
        assert!(!seeds.is_empty());
        let (began, mut random) = (Instant::now(), fastrand::Rng::with_seed(7));
        let made =
            (0..INPUTS).map(|_| changed(&seeds, &mut random)).take_while(|_| began.elapsed() < AT_MOST);
        let mut done = 0;
        for data in seeds.iter().cloned().chain(made) {
            let _shown = Input(target, &data);
            body(&data);
            done += 1;
        }
        assert!(done > seeds.len(), "it was too slow for a single input");
    }

    #[test]
    fn what_is_fuzzed_holds_for_a_url() {
        run("url", url);
    }

    #[test]
    fn what_is_fuzzed_holds_for_a_password_file() {
        run("passfile", passfile);
    }

    #[test]
    fn what_is_fuzzed_holds_for_a_cursor() {
        run("cursor", cursor);
    }

    #[test]
    fn every_target_of_the_fuzzer_is_run_here() {
        let Some(folder) = folder() else { return };
        let names = files(&folder.join("fuzz_targets"));
        let names: Vec<_> = names.iter().filter_map(|path| path.file_stem()?.to_str()).collect();
        assert_eq!(names, ["cursor", "passfile", "url"], "a new one needs a test above");
    }
}
