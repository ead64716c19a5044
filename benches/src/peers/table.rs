//! The results as tables, in Markdown that can be read as it is.

use std::fmt::Write as _;

use super::record::{Outcomes, Spread};
use super::targets::{PEERS, Target, mebibytes};
use super::{ours, raw};

/// A table, whose columns are as wide as their widest cell.
fn markdown(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for (i, row) in rows.iter().enumerate() {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ =
                if column == 0 { write!(out, "| {cell:<width$} ") } else { write!(out, "| {cell:>width$} ") };
        }
        out.push_str("|\n");
        if i == 0 {
            for (column, width) in widths.iter().enumerate() {
                let _ = write!(out, "|{}{}", "-".repeat(width + 1), if column == 0 { "-" } else { ":" });
            }
            out.push_str("|\n");
        }
    }
    out
}

/// Ratios to tokio-postgres; below 1 is faster. In parentheses is the half of the rounds around the middle.
pub(super) fn ratios(all: &[Outcomes]) -> String {
    let mut columns = vec![ours::NAME];
    columns.extend(PEERS);
    let mut head = vec!["work".to_owned(), format!("{}, us", raw::NAME)];
    head.extend(columns.iter().map(|name| (*name).to_owned()));
    let mut rows = vec![head];
    for outcomes in all {
        let Some(raw) = outcomes.times_of(raw::NAME) else { continue };
        let micros = Spread::of(raw.rounds.iter().copied()).median / 1_000.0;
        let mut row = vec![outcomes.work.to_string(), number(micros)];
        row.extend(columns.iter().map(|name| cell(outcomes, name)));
        rows.push(row);
    }
    markdown(&rows)
}

/// The second forms of two contestants, where they have one.
pub(super) fn second_forms(all: &[Outcomes]) -> String {
    let head = ["work", "contestant", "ratio to tokio-postgres", "crdb-orm's to it"].map(str::to_owned);
    let mut rows = vec![head.to_vec()];
    for outcomes in all {
        for name in [raw::REPREPARING, ours::DEFERRING] {
            if outcomes.times_of(name).is_some() {
                let own = outcomes.ratio(ours::NAME, name).map_or_else(String::new, spread);
                rows.push(vec![outcomes.work.to_string(), name.to_owned(), cell(outcomes, name), own]);
            }
        }
    }
    if rows.len() == 1 { String::new() } else { markdown(&rows) }
}

/// The most memory above that of the idle process.
pub(super) fn memory(all: &[Outcomes]) -> String {
    let mut rows = vec![["work", "contestant", "MiB above idle"].map(str::to_owned).to_vec()];
    for outcomes in all {
        for times in &outcomes.times {
            if let Some(peak) = times.peak_rss_bytes {
                let cells = [outcomes.work.to_string(), times.contestant.to_owned()];
                rows.push([&cells[..], &[format!("{:.1}", mebibytes(peak))]].concat());
            }
        }
    }
    if rows.len() == 1 { String::new() } else { markdown(&rows) }
}

/// Who could not do what.
pub(super) fn refusals(all: &[Outcomes]) -> String {
    let mut out = String::new();
    for outcomes in all {
        for (name, why) in &outcomes.cannot {
            let _ = writeln!(out, "- {name}, {}: {why}", outcomes.work);
        }
    }
    out
}

/// What was promised and does not hold.
pub(super) fn missed(targets: &[Target]) -> String {
    let mut out = String::new();
    for target in targets.iter().filter(|target| !target.holds()) {
        let Target { what, at_most, is } = target;
        let _ = writeln!(out, "- {what}: {is:.2}, and should be at most {at_most:.2}");
    }
    out
}

fn cell(outcomes: &Outcomes, name: &str) -> String {
    if let Some(ratio) = outcomes.ratio(name, raw::NAME) {
        return spread(ratio);
    }
    if outcomes.cannot.iter().any(|(cannot, _)| *cannot == name) {
        "cannot".to_owned()
    } else {
        String::new()
    }
}

fn spread(Spread { q1, median, q3 }: Spread) -> String {
    format!("{median:.2} ({q1:.2}-{q3:.2})")
}

/// Three digits, and thousands apart.
fn number(micros: f64) -> String {
    if micros < 100.0 {
        return format!("{micros:.1}");
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "microseconds of a minute at most"
    )]
    super::work::thousands(micros.round() as u64)
}
