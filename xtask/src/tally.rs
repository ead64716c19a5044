//! How many tests ran, read from what `cargo test` prints.

/// The sum of the lines `test result: ok. 3 passed; 0 failed; 1 ignored; ...`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
    line: Vec<u8>,
}

impl Tally {
    /// The tests that were executed.
    pub(crate) fn ran(&self) -> u64 {
        self.passed + self.failed
    }

    /// Reads the next piece of output, which may end in the middle of a line.
    pub(crate) fn read(&mut self, output: &[u8]) {
        for &byte in output {
            if byte == b'\n' {
                self.finish();
            } else {
                self.line.push(byte);
            }
        }
    }

    /// Takes the last line, which may lack its end.
    pub(crate) fn finish(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = without_colours(&String::from_utf8_lossy(&line));
        // With one thread, a test's own output may stand before it on the line.
        let Some((_, result)) = line.split_once("test result: ") else { return };
        let Some((_, counts)) = result.split_once(". ") else { return };
        for count in counts.split(';') {
            let mut words = count.split_whitespace();
            let (Some(Ok(number)), Some(what)) = (words.next().map(str::parse::<u64>), words.next()) else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally_of(pieces: &[&str]) -> (u64, u64, u64) {
        let mut tally = Tally::default();
        for piece in pieces {
            tally.read(piece.as_bytes());
        }
        tally.finish();
        (tally.passed, tally.failed, tally.ignored)
    }

    #[test]
    fn the_results_of_all_test_programs_are_added() {
        let output = "running 2 tests\ntest a ... ok\n\ntest result: ok. 2 passed; 0 failed; 3 ignored; 0 measured; \
                      7 filtered out; finished in 0.00s\n\ntest result: FAILED. 4 passed; 1 failed; 0 ignored; \
                      0 measured; 0 filtered out";
        assert_eq!(tally_of(&[output]), (6, 1, 3));
    }

    #[test]
    fn a_result_is_read_across_pieces_and_colours() {
        assert_eq!(tally_of(&["test res", "ult: \u{1b}[32mok\u{1b}[m. 1", "2 passed; 0 failed"]), (12, 0, 0));
    }

    #[test]
    fn nothing_ran_where_no_result_says_so() {
        assert_eq!(tally_of(&["running 5 tests\n5 passed\nFinished `test` profile\n"]), (0, 0, 0));
        assert_eq!(
            tally_of(&["test result: ok. 0 passed; 0 failed; 5 ignored; 9 filtered out\n"]),
            (0, 0, 5)
        );
        assert_eq!(Tally { ignored: 5, ..Tally::default() }.ran(), 0);
    }
}
