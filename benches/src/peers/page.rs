//! The page of the guide.

use std::fmt::Write as _;
use std::fs;

use super::machine::{self, Noise};
use super::options::Options;
use super::record::Outcomes;
use super::schema::Keeper;
use super::targets::Target;
use super::{table, targets};
use crate::contestants::Outcome;

const PAGE: &str = "docs/src/benchmarks.md";
const PICTURE: &str = "docs/src/benchmarks.svg";
const BEGIN: &str = "<!-- what `cargo xtask bench --docs` writes begins here -->";
const END: &str = "<!-- and ends here -->";

/// Those whose versions matter.
const CRATES: [&str; 9] = [
    "tokio-postgres",
    "crdb-orm",
    "diesel",
    "diesel-async",
    "sqlx",
    "sea-orm",
    "toasty",
    "toasty-driver-postgresql",
    "tokio",
];

/// Where and of what the figures are.
pub(super) struct Report {
    server: String,
    quick: bool,
    load: Option<String>,
    /// Whether the client has a processor of its own.
    apart: bool,
}

impl Report {
    pub(super) async fn begin(keeper: &Keeper, options: &Options, apart: bool) -> Outcome<Self> {
        Ok(Self { server: keeper.server().await?, quick: options.quick, load: machine::load(), apart })
    }

    pub(super) fn describe(&self) -> String {
        let versions: Vec<String> =
            CRATES.iter().map(|name| format!("{name} {}", machine::version(name))).collect();
        let quick = if self.quick { "; a quick run: fewer rounds, and fewer rows" } else { "" };
        let apart = if self.apart { ", of which the client has one to itself for short work" } else { "" };
        format!(
            "{}, {}{apart}; {}{quick}.\nVersions: {}.",
            self.server,
            machine::describe(),
            machine::rust(),
            versions.join(", ")
        )
    }

    /// All of it, in Markdown.
    pub(super) fn results(&self, all: &[Outcomes], noise: &Noise) -> String {
        let targets: Vec<Target> = all.iter().flat_map(targets::of).collect();
        let held = targets.iter().filter(|target| target.holds()).count();
        let load = self
            .load
            .as_ref()
            .map_or(String::new(), |load| format!(", the load was {load} at the beginning"));
        let mut out = format!("{}\nThe machine: {}{load}.\n\n", self.describe(), noise.describe());
        out.push_str(&table::ratios(all));
        let mut section = |title: &str, text: String| {
            if !text.is_empty() {
                let _ = write!(out, "\n{title}\n\n{text}");
            }
        };
        section("Other ways of the same:", table::second_forms(all));
        section("The most memory that a process of its own took:", table::memory(all));
        section("Who could not:", table::refusals(all));
        let missed = table::missed(&targets);
        let verdict = format!("Of {} things that should hold, {held} did.", targets.len());
        section(&verdict, missed);
        if held == targets.len() {
            let _ = writeln!(out, "\n{verdict}");
        }
        out
    }
}

/// Puts the results into the page, and the picture beside it.
pub(super) fn write(results: &str, svg: &str) -> Outcome {
    let page = fs::read_to_string(PAGE)?;
    let picture = "![Time compared with tokio-postgres](benchmarks.svg)";
    fs::write(PAGE, replaced(&page, &format!("{results}\n{picture}\n"))?)?;
    fs::write(PICTURE, svg)?;
    println!("Written: {PAGE}, {PICTURE}");
    Ok(())
}

fn replaced(page: &str, results: &str) -> Outcome<String> {
    let parts = page.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or_else(|| format!("{PAGE} has no place for results"))?;
    Ok(format!("{before}{BEGIN}\n\n{results}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_replace_those_before_and_nothing_else() -> Outcome {
        let page = format!("# Title\n\n{BEGIN}\nold\n{END}\n\nText.\n");
        let new = replaced(&page, "| new |")?;
        assert_eq!(new, format!("# Title\n\n{BEGIN}\n\n| new |\n{END}\n\nText.\n"));
        assert_eq!(replaced(&new, "| new |")?, new);
        assert!(replaced("# No place", "").is_err());
        Ok(())
    }
}
