//! An error as the server sent it.

use std::fmt;

use tokio_postgres::error::{DbError, ErrorPosition, Severity};

/// The fields of an `ErrorResponse`.
///
/// `Display` and `Debug` leave out `detail`, which may hold values of rows.
#[derive(Clone)]
pub(crate) struct ServerError {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) detail: Option<String>,
    pub(crate) hint: Option<String>,
    pub(crate) table: Option<String>,
    pub(crate) column: Option<String>,
    pub(crate) constraint: Option<String>,
    /// Which line of a COPY it is about, counted from 1.
    pub(crate) line: Option<u64>,
    /// Where in the text of the statement, in characters from 1 on.
    pub(crate) position: Option<usize>,
    /// It is of severity FATAL or PANIC: the server closes the connection after it.
    pub(crate) fatal: bool,
}

/// See [`ServerError::is_of_another_statement`].
pub(crate) fn is_of_another_statement(code: &str, message: &str) -> bool {
    code == "08P01" && message.starts_with("bind message supplies")
}

impl ServerError {
    /// Whether it is the word of a proxy whose server is gone, or who waits for it no longer, and who ends the connection:
    /// `PgBouncer` says 08P01 of all that is its own ("server conn crashed?", "query timeout"), and the statement may have
    /// been done. A server says 08P01 of what it has not understood, and goes on.
    pub(crate) fn is_broken_off(&self) -> bool {
        self.fatal && self.code == "08P01"
    }

    /// Whether its message quotes the name of a statement as the driver gives it, such as `"s12"`; another one is in the
    /// caller's own text (`EXECUTE ..`).
    pub(crate) fn names_a_statement_of_the_driver(&self) -> bool {
        let name = self.message.split('"').nth(1).and_then(|name| name.strip_prefix('s'));
        name.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Whether another statement than ours has the name: the driver counts the values of ours.
    pub(crate) fn is_of_another_statement(&self) -> bool {
        is_of_another_statement(&self.code, &self.message)
    }

    /// Whether the server closes the connection after it, whatever its severity: admin shutdown, crash shutdown, cannot
    /// connect now, idle session timeout. `CockroachDB` sends 57P01 as a mere ERROR when it drains (`pgwire/conn.go`).
    pub(crate) fn is_good_bye(&self) -> bool {
        matches!(&*self.code, "57P01" | "57P02" | "57P03" | "57P05")
    }

    /// An answer that says no more than this.
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            detail: None,
            hint: None,
            table: None,
            column: None,
            constraint: None,
            line: None,
            position: None,
            fatal: false,
        }
    }

    /// The column that an error is about, from the text where the server fills no field: CockroachDB sends
    /// none for 23502 and 42703.
    pub(crate) fn column(&self) -> Option<&str> {
        self.column.as_deref().or_else(|| match self.code.as_str() {
            "23502" | "42703" => quoted_after(&self.message, "column "),
            _ => None,
        })
    }

    /// The key that a retry error names. CockroachDB writes it as `key=/Table/..` into the transaction's meta
    /// data, or as `lock on key /Table/..`.
    pub(crate) fn conflicting_key(&self) -> Option<&str> {
        if self.code != "40001" {
            return None;
        }
        let start = ["lock on key ", "on key ", "key="]
            .into_iter()
            .find_map(|before| self.message.find(before).map(|at| at + before.len()))?;
        let rest = &self.message[start..];
        let end = rest.find([' ', '}', ',', ')']).unwrap_or(rest.len());
        Some(rest[..end].trim_end_matches([':', '.'])).filter(|key| !key.is_empty())
    }

    /// Of a foreign key that was violated: the table that was written, and the table that the key belongs to. CockroachDB
    /// names them in its text alone.
    pub(crate) fn referenced_or_referring(&self) -> Option<(&str, &str)> {
        if self.code != "23503" {
            return None;
        }
        // `insert on table "c" violates foreign key constraint "k"`, or
        // `delete on table "p" violates foreign key constraint "k" on table "c"`.
        let (written, rest) = match quoted_after(&self.message, "on table ") {
            Some(written) => (written, &self.message[self.message.find(" constraint ").unwrap_or(0)..]),
            None => (self.table.as_deref()?, ""),
        };
        let of_the_key = self.table.as_deref().or_else(|| quoted_after(rest, "on table ")).unwrap_or(written);
        Some((written, of_the_key))
    }

    /// The table, from the text where the server fills no field.
    pub(crate) fn table(&self) -> Option<&str> {
        self.table.as_deref().or_else(|| match self.code.as_str() {
            "42P01" => quoted_after(&self.message, "relation "),
            _ => None,
        })
    }
}

/// The line that PostgreSQL names as `COPY things, line 3, column ..`. What follows may be a value, so the rest is not kept.
fn copied_line(context: &str) -> Option<u64> {
    let copy = context.lines().find(|line| line.starts_with("COPY "))?;
    let rest = copy.split_once(", line ")?.1;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// What stands between the double quotes that follow `word`.
fn quoted_after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = &text[text.find(word)? + word.len()..];
    let rest = rest.strip_prefix('"')?;
    Some(&rest[..rest.find('"')?])
}

impl From<&DbError> for ServerError {
    fn from(error: &DbError) -> Self {
        // CockroachDB sends no `V` field, so the severity comes from `S`, which it never translates.
        let fatal = match error.parsed_severity() {
            Some(severity) => matches!(severity, Severity::Fatal | Severity::Panic),
            None => matches!(error.severity(), "FATAL" | "PANIC"),
        };
        let own = |field: Option<&str>| field.filter(|text| !text.is_empty()).map(str::to_owned);
        Self {
            code: error.code().code().to_owned(),
            message: error.message().to_owned(),
            detail: own(error.detail()),
            hint: own(error.hint()),
            table: own(error.table()),
            column: own(error.column()),
            constraint: own(error.constraint()),
            line: error.where_().and_then(copied_line),
            position: match error.position() {
                Some(ErrorPosition::Original(at)) => usize::try_from(*at).ok(),
                _ => None,
            },
            fatal,
        }
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (SQLSTATE {})", self.message, self.code)
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerError")
            .field("code", &self.code)
            .field("message", &self.message)
            .field("table", &self.table)
            .field("column", &self.column)
            .field("constraint", &self.constraint)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ServerError {}
