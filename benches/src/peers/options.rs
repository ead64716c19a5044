//! What the command line asks for.

use std::path::PathBuf;

use super::work::Work;
use crate::contestants::Outcome;

pub(super) const USAGE: &str = "\
Usage: cargo xtask bench [options]

  --quick          fewer rounds, and fewer rows where there are a million: some minutes instead of an hour
  --url URL        the server to run it on, PostgreSQL or CockroachDB, without TLS: a database of its own is made there
                   and dropped again; else CRDB_TEST_URL, else one that is started
  --only SCENARIO  only these: part of a name, or several with commas between; may be given again
  --rounds N       so many rounds of each
  --docs           writes the results into docs/src/benchmarks.md and its picture
  --list           prints the scenarios";

#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) quick: bool,
    pub(super) url: Option<String>,
    only: Vec<String>,
    pub(super) rounds: Option<usize>,
    pub(super) docs: bool,
    pub(super) list: bool,
}

impl Options {
    pub(super) fn parse(mut arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let mut value = || {
                value
                    .clone()
                    .or_else(|| arguments.next())
                    .ok_or_else(|| format!("`{name}` needs a value\n\n{USAGE}"))
            };
            match name.as_str() {
                "--quick" => options.quick = true,
                "--docs" => options.docs = true,
                "--list" => options.list = true,
                "--url" => options.url = Some(value()?),
                "--only" => options.only.extend(value()?.split(',').map(str::to_owned)),
                "--rounds" => {
                    let rounds = value()?;
                    let number = rounds.parse().ok().filter(|rounds| *rounds > 0);
                    let number =
                        number.ok_or_else(|| format!("`--rounds {rounds}` is not a number from 1 on"))?;
                    options.rounds = Some(number);
                }
                _ => return Err(format!("unknown option `{name}`\n\n{USAGE}").into()),
            }
        }
        let nothing =
            options.only.iter().find(|only| !Work::all(options.quick).iter().any(|work| is(*work, only)));
        if let Some(only) = nothing {
            return Err(format!("there is no scenario `{only}`; `--list` prints them").into());
        }
        Ok(options)
    }

    /// The work that is asked for.
    pub(super) fn works(&self) -> Vec<Work> {
        let wanted = |work: &Work| self.only.is_empty() || self.only.iter().any(|only| is(*work, only));
        Work::all(self.quick).into_iter().filter(wanted).collect()
    }

    pub(super) fn rounds(&self, work: Work) -> usize {
        self.rounds.unwrap_or_else(|| work.rounds(self.quick))
    }
}

fn is(work: Work, only: &str) -> bool {
    let only = only.trim().replace(['-', ' '], "_");
    !only.is_empty() && work.scenario().contains(&only)
}

/// Where results go: beside the other things that are built.
pub(super) fn folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from).join("bench")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Outcome<Options> {
        Options::parse(text.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_may_come_in_both_forms() -> Outcome {
        let options =
            parse("--quick --only=insert,find-by-key --only stream --rounds 3 --url postgresql://x")?;
        assert!(options.quick);
        assert_eq!(options.rounds, Some(3));
        assert_eq!(options.url.as_deref(), Some("postgresql://x"));
        let mut scenarios: Vec<&str> = options.works().iter().map(|work| work.scenario()).collect();
        scenarios.dedup();
        assert_eq!(scenarios, ["insert", "find_by_key", "bulk_insert", "stream"]);
        Ok(())
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for wrong in ["--fast", "--rounds 0", "--rounds x", "--only nothing", "--url", "--only=,"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
