//! How far a write of many rows has come before it failed.

use std::fmt;
use std::ops::Range;

use super::CommitOutcome;

/// Which rows of a write of many are in the database, when it has failed: [`Error::partial`](super::Error::partial).
///
/// Rows are numbered from 0 in the order in which they were given.
///
/// ```
/// # fn show(error: crdb_orm::Error) {
/// if let Some(partial) = error.partial() {
///     println!("in: {:?}, nobody knows: {:?}", partial.written(), partial.unknown());
///     println!("all rows before {} are in", partial.complete_before());
/// }
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartialWrite {
    written: Vec<Range<u64>>,
    unknown: Vec<Range<u64>>,
    not_written: Vec<Range<u64>>,
    taken: u64,
    exhausted: bool,
}

/// What became of one row of a write of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowOutcome {
    /// Its batch is committed.
    Written,
    /// It is not in the database, and will not be.
    NotWritten,
    /// The answer for its batch was lost: nobody knows.
    Unknown,
}

impl PartialWrite {
    /// Of batches that have ended, where `taken` rows were taken from the source, and whether it had no more.
    pub(crate) fn new(
        batches: impl IntoIterator<Item = (Range<u64>, RowOutcome)>,
        taken: u64,
        exhausted: bool,
    ) -> Self {
        let mut batches: Vec<_> = batches.into_iter().collect();
        batches.sort_unstable_by_key(|(range, _)| range.start);
        let mut partial = Self { taken, exhausted, ..Self::default() };
        let mut next = 0;
        for (range, outcome) in batches {
            // What was taken and is in no batch was never sent.
            push(&mut partial.not_written, next..range.start);
            next = range.end;
            push(partial.list(outcome), range);
        }
        push(&mut partial.not_written, next..taken);
        partial
    }

    fn list(&mut self, outcome: RowOutcome) -> &mut Vec<Range<u64>> {
        match outcome {
            RowOutcome::Written => &mut self.written,
            RowOutcome::NotWritten => &mut self.not_written,
            RowOutcome::Unknown => &mut self.unknown,
        }
    }

    /// The rows that are in the database.
    pub fn written(&self) -> &[Range<u64>] {
        &self.written
    }

    /// The rows of which nobody knows: the answer for their batch was lost, and it may still arrive.
    pub fn unknown(&self) -> &[Range<u64>] {
        &self.unknown
    }

    /// The rows that were taken from what was given and are not in the database. Those that were never taken are not
    /// among them: see [`taken`](Self::taken).
    pub fn not_written(&self) -> &[Range<u64>] {
        &self.not_written
    }

    /// How many rows were taken from what was given.
    ///
    /// After an error no more are taken. Rows from this one on were not looked at and are not in the database; how many
    /// they are is not known, so they are in no range of [`not_written`](Self::not_written). See
    /// [`is_exhausted`](Self::is_exhausted).
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Whether all that was given was taken: there is no row from [`taken`](Self::taken) on. A source that was not asked
    /// again may have had no more, too.
    pub fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// What it comes to.
    pub(super) fn outcome(&self) -> CommitOutcome {
        if !self.unknown.is_empty() {
            CommitOutcome::Unknown
        } else if self.written.is_empty() {
            CommitOutcome::NotCommitted
        } else if self.not_written.is_empty() && self.exhausted {
            CommitOutcome::Committed
        } else {
            CommitOutcome::Partly
        }
    }

    /// The first row that is not known to be written: all before it are in the database.
    pub fn complete_before(&self) -> u64 {
        self.written.first().filter(|range| range.start == 0).map_or(0, |range| range.end)
    }

    /// What became of a row.
    pub fn row(&self, row: u64) -> RowOutcome {
        let within = |ranges: &[Range<u64>]| ranges.iter().any(|range| range.contains(&row));
        if within(&self.written) {
            RowOutcome::Written
        } else if within(&self.unknown) {
            RowOutcome::Unknown
        } else {
            RowOutcome::NotWritten
        }
    }
}

/// Adds a range, to the last one if it goes on there.
fn push(ranges: &mut Vec<Range<u64>>, range: Range<u64>) {
    match ranges.last_mut() {
        _ if range.is_empty() => {}
        Some(last) if last.end == range.start => last.end = range.end,
        _ => ranges.push(range),
    }
}

impl fmt::Display for PartialWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts =
            [(&self.written, "written"), (&self.unknown, "unknown"), (&self.not_written, "not written")];
        f.write_str("of the rows, counted from 0, ")?;
        let mut first = true;
        for (ranges, what) in parts {
            if ranges.is_empty() {
                continue;
            }
            f.write_str(if first { "" } else { "; " })?;
            first = false;
            for (i, range) in ranges.iter().enumerate() {
                f.write_str(if i == 0 { "" } else { ", " })?;
                match range.end - range.start {
                    1 => write!(f, "{}", range.start)?,
                    _ => write!(f, "{} to {}", range.start, range.end - 1)?,
                }
            }
            let one = matches!(ranges.as_slice(), [only] if only.end - only.start == 1);
            write!(f, " {} {what}", if one { "is" } else { "are" })?;
        }
        if first {
            f.write_str("none is written")?;
        }
        if self.exhausted {
            return Ok(());
        }
        write!(f, "; from {} on they were not looked at", self.taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_sent_is_not_written() {
        let partial = PartialWrite::new(
            [
                (1000..1500, RowOutcome::Written),
                (0..500, RowOutcome::Written),
                (1500..2000, RowOutcome::Unknown),
                (500..1000, RowOutcome::NotWritten),
            ],
            2100,
            true,
        );
        assert_eq!(partial.written(), [0..500, 1000..1500]);
        assert_eq!(partial.not_written(), [500..1000, 2000..2100]);
        assert_eq!((partial.complete_before(), partial.taken()), (500, 2100));
        assert_eq!(partial.row(700), RowOutcome::NotWritten);
        assert_eq!(partial.row(1999), RowOutcome::Unknown);
        assert_eq!(partial.row(1499), RowOutcome::Written);
        assert_eq!(
            partial.to_string(),
            "of the rows, counted from 0, 0 to 499, 1000 to 1499 are written; 1500 to 1999 are unknown; \
             500 to 999, 2000 to 2099 are not written"
        );
        assert_eq!(
            PartialWrite::new([], 0, true).to_string(),
            "of the rows, counted from 0, none is written"
        );
        assert_eq!(
            PartialWrite::new([], 1, false).to_string(),
            "of the rows, counted from 0, 0 is not written; from 1 on they were not looked at"
        );
    }

    #[test]
    fn a_write_of_which_some_rows_are_in_is_called_neither_committed_nor_not() {
        let batch = |outcome| (0..5, outcome);
        let outcome = |batches: &[_], taken, exhausted| {
            PartialWrite::new(batches.iter().cloned(), taken, exhausted).outcome()
        };
        assert_eq!(outcome(&[], 5, true), CommitOutcome::NotCommitted);
        assert_eq!(outcome(&[batch(RowOutcome::NotWritten)], 5, false), CommitOutcome::NotCommitted);
        assert_eq!(outcome(&[batch(RowOutcome::Written)], 5, true), CommitOutcome::Committed);
        assert_eq!(outcome(&[batch(RowOutcome::Written)], 5, false), CommitOutcome::Partly);
        assert_eq!(outcome(&[batch(RowOutcome::Written)], 6, true), CommitOutcome::Partly);
        assert_eq!(outcome(&[batch(RowOutcome::Unknown)], 9, true), CommitOutcome::Unknown);
    }
}
