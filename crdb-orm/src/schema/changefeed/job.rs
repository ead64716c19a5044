//! Changefeeds that run: the statements about their jobs.

use std::fmt::Write;

use super::super::ident;
use super::{ChangefeedError, ChangefeedErrorKind, ChangefeedOption, Mistake, Sink};
use crate::schema::{DdlKind, DdlStatement, TypeName};

/// The job of a changefeed, by the number that `CREATE CHANGEFEED` answers with.
///
/// Source: `CockroachDB`, "ALTER CHANGEFEED", "SHOW JOBS".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChangefeedJob(i64);

/// A change of a changefeed that is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[allow(clippy::large_enum_variant, reason = "it lives for one call")]
pub enum AlterChangefeed<'a> {
    /// Watches another table too; with `initial_scan`, its rows are sent first.
    AddTable {
        /// The table.
        table: TypeName,
        /// Whether the rows that are there are sent.
        initial_scan: bool,
    },
    /// Watches a table no more.
    DropTable(TypeName),
    /// Sets an option.
    SetOption(ChangefeedOption<'a>),
    /// Takes an option back, by its name in SQL.
    UnsetOption(&'static str),
    /// Sends to another sink of the same kind.
    SetSink(Sink<'a>),
}

impl ChangefeedJob {
    /// The job of that number.
    pub const fn new(id: i64) -> Self {
        Self(id)
    }

    /// Its number.
    pub const fn id(self) -> i64 {
        self.0
    }

    /// `PAUSE JOB`: it keeps its place, and the data that it has not sent yet.
    pub fn pause(self) -> String {
        format!("PAUSE JOB {}", self.0)
    }

    /// `RESUME JOB`.
    pub fn resume(self) -> String {
        format!("RESUME JOB {}", self.0)
    }

    /// `CANCEL JOB`: it cannot be resumed.
    pub fn cancel(self) -> String {
        format!("CANCEL JOB {}", self.0)
    }

    /// `SHOW CHANGEFEED JOB`: its state, sink, topics and the time up to which everything was sent.
    pub fn show(self) -> String {
        format!("SHOW CHANGEFEED JOB {}", self.0)
    }

    /// `SHOW CHANGEFEED JOBS`: the same of all.
    pub const fn show_all() -> &'static str {
        "SHOW CHANGEFEED JOBS"
    }

    /// `ALTER CHANGEFEED`, for a job that is paused.
    ///
    /// # Errors
    /// There is no change, or one of an option that cannot change while the job lives: `cursor`, `initial_scan` and
    /// `end_time`.
    pub fn alter(self, changes: &[AlterChangefeed<'_>]) -> Result<DdlStatement, ChangefeedError> {
        let wrong = |text: &[&str]| Err(Mistake::new(ChangefeedErrorKind::Conflict, text).error());
        if changes.is_empty() {
            return wrong(&["ALTER CHANGEFEED needs something to change"]);
        }
        for change in changes {
            let option = match change {
                AlterChangefeed::SetOption(option) => option.name(),
                AlterChangefeed::UnsetOption(name) => name,
                AlterChangefeed::SetSink(sink) => {
                    if let Some(mistake) = sink.mistake() {
                        return Err(mistake.error());
                    }
                    continue;
                }
                _ => continue,
            };
            if ["cursor", "initial_scan", "no_initial_scan", "initial_scan_only", "end_time"]
                .contains(&option)
            {
                return wrong(&["`", option, "` is for the start of a changefeed: start a new one instead"]);
            }
            if !option.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') || option.is_empty() {
                return wrong(&["an option's name is of small letters and `_`"]);
            }
        }
        let print = |secrets: bool| {
            let mut sql = format!("ALTER CHANGEFEED {}", self.0);
            for change in changes {
                push(&mut sql, change, secrets);
            }
            sql
        };
        Ok(DdlStatement::with_secrets(DdlKind::Changefeed, print(true), print(false)))
    }
}

fn push(sql: &mut String, change: &AlterChangefeed<'_>, secrets: bool) {
    match change {
        AlterChangefeed::AddTable { table, initial_scan } => {
            sql.push_str(" ADD TABLE ");
            ident::push_name(sql, table);
            if *initial_scan {
                sql.push_str(" WITH initial_scan = 'yes'");
            }
        }
        AlterChangefeed::DropTable(table) => {
            sql.push_str(" DROP TABLE ");
            ident::push_name(sql, table);
        }
        AlterChangefeed::SetOption(option) => {
            sql.push_str(" SET ");
            option.push(sql, secrets);
        }
        AlterChangefeed::UnsetOption(name) => {
            let _ = write!(sql, " UNSET {name}");
        }
        AlterChangefeed::SetSink(sink) => {
            sql.push_str(" SET sink = ");
            sink.push_literal(sql, secrets);
        }
    }
}
