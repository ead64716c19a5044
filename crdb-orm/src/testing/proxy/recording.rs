//! What a real server answered, as data.

use serde::Deserialize;

use super::reply::Reply;
use crate::error::{Error, Result};

/// Recorded answers of a real server, to be played by [`On::answer`](super::On::answer) and
/// [`On::rewrite`](super::On::rewrite).
///
/// [`Recording::cockroachdb`] has those that only CockroachDB gives. The form of the data:
///
/// ```json
/// {
///   "server": "CockroachDB v21.2.0",
///   "steps": [
///     {"sql": "RELEASE SAVEPOINT cockroach_restart", "tag": "COMMIT", "txn_status": "T"},
///     {"sql": "COMMIT", "error": {"severity": "ERROR", "sqlstate": "40001", "message": "restart transaction: .."}},
///     {"sql": "SELECT 1", "columns": [{"name": "?column?", "type_oid": 20}], "rows": [["1"]], "tag": "SELECT 1"},
///     {"wire": "idle session during drain", "messages": [
///       {"type": "ErrorResponse", "fields": {"severity": "ERROR", "sqlstate": "57P01", "message": ".."}},
///       "<connection closed by server>"]}
///   ]
/// }
/// ```
///
/// Rows are text, so a client can read them from a simple query only.
#[derive(Debug, Clone)]
pub struct Recording {
    server: String,
    steps: Vec<(String, Reply)>,
}

impl Recording {
    /// Reads a recording.
    ///
    /// # Errors
    /// It is not JSON of the form above.
    pub fn from_json(json: &str) -> Result<Self> {
        let file: File = serde_json::from_str(json).map_err(|error| {
            Error::configuration(format!("a recording for a test proxy cannot be read: {error}"))
        })?;
        let steps = file.steps.into_iter().filter_map(Step::into_reply).collect();
        Ok(Self { server: file.server, steps })
    }

    /// What CockroachDB v21.2 answered and PostgreSQL never does: COMMIT that fails with 40001 and its reason, RELEASE
    /// of `cockroach_restart` that says `COMMIT`, COMMIT that says `ROLLBACK`, XXA00, and 57P01 at a drain; and, from the
    /// words of its documentation, 40003.
    pub fn cockroachdb() -> Self {
        // A recording that cannot be read would have no steps, which a test excludes.
        Self::from_json(include_str!("cockroachdb.json"))
            .unwrap_or_else(|_| Self { server: String::new(), steps: Vec::new() })
    }

    /// The server that gave the answers.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// All steps: the statement or what was going on, and the answer.
    pub fn steps(&self) -> impl Iterator<Item = (&str, &Reply)> {
        self.steps.iter().map(|(step, reply)| (step.as_str(), reply))
    }

    /// The first answer to a statement with this text.
    ///
    /// # Errors
    /// There is none; the message names what there is.
    pub fn answer_to(&self, sql: &str) -> Result<Reply> {
        self.find(&format!("to `{sql}`"), |step, _| step == sql)
    }

    /// The first error with this SQLSTATE.
    ///
    /// # Errors
    /// There is none; the message names what there is.
    pub fn error(&self, sqlstate: &str) -> Result<Reply> {
        self.find(&format!("with {sqlstate}"), |_, reply| reply.sqlstate() == Some(sqlstate))
    }

    fn find(&self, what: &str, fits: impl Fn(&str, &Reply) -> bool) -> Result<Reply> {
        let found = self.steps.iter().find(|(step, reply)| fits(step, reply));
        found.map(|(_, reply)| reply.clone()).ok_or_else(|| {
            let all: Vec<String> = self
                .steps
                .iter()
                .map(|(step, reply)| match reply.sqlstate() {
                    Some(code) => format!("`{step}`: {code}"),
                    None => format!("`{step}`"),
                })
                .collect();
            Error::configuration(format!("no answer {what} was recorded; there are {}", all.join(", ")))
        })
    }
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    server: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    sql: Option<String>,
    wire: Option<String>,
    #[serde(default)]
    columns: Vec<Column>,
    #[serde(default)]
    rows: Vec<Vec<Option<String>>>,
    tag: Option<String>,
    error: Option<Fields>,
    txn_status: Option<char>,
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Column {
    name: String,
    type_oid: u32,
}

/// The fields of an error, by name.
#[derive(Deserialize)]
struct Fields {
    severity: String,
    sqlstate: String,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    schema: Option<String>,
    table: Option<String>,
    column: Option<String>,
    constraint: Option<String>,
    file: Option<String>,
    line: Option<String>,
    routine: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    Known(Known),
    /// Such as the end of the connection.
    Said(String),
    /// Not played.
    Other(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Known {
    ErrorResponse { fields: Box<Fields> },
    ParameterStatus { name: String, value: String },
    CommandComplete { tag: String },
}

impl Step {
    /// Steps without an answer, such as notes, are left out.
    fn into_reply(self) -> Option<(String, Reply)> {
        let name = self.sql.or(self.wire)?;
        let mut reply = Reply::empty();
        if !self.columns.is_empty() {
            let columns = self.columns.into_iter().map(|column| (column.name, column.type_oid)).collect();
            reply = reply.with_rows(columns, self.rows);
        }
        if let Some(tag) = self.tag {
            reply = reply.with_tag(tag);
        }
        if let Some(error) = self.error {
            reply = reply.with_error(error.into_letters());
        }
        for message in self.messages {
            reply = match message {
                Message::Known(Known::ErrorResponse { fields }) => reply.with_error(fields.into_letters()),
                Message::Known(Known::ParameterStatus { name, value }) => reply.with_parameter(name, value),
                Message::Known(Known::CommandComplete { tag }) => reply.with_tag(tag),
                Message::Said(said) if said.starts_with("<connection closed") => reply.then_close(),
                Message::Said(_) | Message::Other(_) => reply,
            };
        }
        if reply == Reply::empty() {
            return None;
        }
        if let Some(status) = self.txn_status {
            reply = reply.status(status);
        }
        Some((name, reply))
    }
}

impl Fields {
    fn into_letters(self) -> Vec<(u8, String)> {
        let mut letters = vec![(b'S', self.severity), (b'C', self.sqlstate), (b'M', self.message)];
        let optional = [
            (b'D', self.detail),
            (b'H', self.hint),
            (b's', self.schema),
            (b't', self.table),
            (b'c', self.column),
            (b'n', self.constraint),
            (b'F', self.file),
            (b'L', self.line),
            (b'R', self.routine),
        ];
        letters.extend(optional.into_iter().filter_map(|(letter, value)| Some((letter, value?))));
        letters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_cockroachdb_says_is_there() {
        let recording = Recording::cockroachdb();
        assert!(recording.server().starts_with("CockroachDB"));
        for code in ["40001", "40003", "XXA00", "57P01"] {
            assert_eq!(recording.error(code).unwrap().sqlstate(), Some(code));
        }
        assert!(recording.error("57P01").unwrap().closes());
        let released = recording.answer_to("RELEASE SAVEPOINT cockroach_restart").unwrap();
        assert_eq!((released.sqlstate(), released.state()), (None, Some(b'T')));
        let error = recording.error("23505").unwrap_err().to_string();
        assert!(error.contains("23505") && error.contains("XXA00"), "{error}");
    }

    #[test]
    fn what_is_no_recording_is_refused_with_a_reason() {
        let error = Recording::from_json("{\"steps\": 1}").unwrap_err().to_string();
        assert!(error.contains("recording") && error.contains("line 1"), "{error}");
    }
}
