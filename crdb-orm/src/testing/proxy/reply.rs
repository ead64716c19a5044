//! An answer that a proxy gives in the place of a server.

use bytes::{BufMut, Bytes, BytesMut};

use super::frame;

/// An answer in the place of the server's.
///
/// A SQLSTATE alone is one, too: `proxy.on("COMMIT").answer("40001")`.
///
/// ```
/// use crdb_orm::testing::proxy::Reply;
///
/// let drained = Reply::error("57P01").severity("FATAL").message("server is shutting down").then_close();
/// let aborted = Reply::tag("ROLLBACK");
/// # let _ = (drained, aborted);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    parts: Vec<Part>,
    status: Option<u8>,
    close: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Error(Vec<(u8, String)>),
    Parameter(String, String),
    Rows { columns: Vec<(String, u32)>, rows: Vec<Vec<Option<String>>> },
    Tag(String),
}

impl Reply {
    pub(super) fn empty() -> Self {
        Self { parts: Vec::new(), status: None, close: false }
    }

    /// An error with this SQLSTATE, of severity `ERROR`.
    pub fn error(sqlstate: impl Into<String>) -> Self {
        let fields = vec![
            (b'S', "ERROR".to_owned()),
            (b'V', "ERROR".to_owned()),
            (b'C', sqlstate.into()),
            (b'M', "on purpose, by a test proxy".to_owned()),
        ];
        Self { parts: vec![Part::Error(fields)], ..Self::empty() }
    }

    /// A success with this command tag, such as `SET`, `UPDATE 1`, or the `ROLLBACK` by which a server answers
    /// COMMIT of an aborted transaction.
    pub fn tag(tag: impl Into<String>) -> Self {
        Self::empty().with_tag(tag)
    }

    /// One row with one text, as the answer to a SELECT in a simple query.
    pub fn row(column: impl Into<String>, value: impl Into<String>) -> Self {
        const TEXT: u32 = 25;
        Self::empty()
            .with_rows(vec![(column.into(), TEXT)], vec![vec![Some(value.into())]])
            .with_tag("SELECT 1")
    }

    /// Sets the message of the error.
    #[must_use]
    pub fn message(self, message: impl Into<String>) -> Self {
        self.field(b'M', message)
    }

    /// Sets the severity of the error: `ERROR`, `FATAL` or `PANIC`.
    #[must_use]
    pub fn severity(self, severity: impl Into<String>) -> Self {
        let severity = severity.into();
        self.field(b'S', severity.clone()).field(b'V', severity)
    }

    /// Sets the detail of the error.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        self.field(b'D', detail)
    }

    /// Sets the hint of the error.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        self.field(b'H', hint)
    }

    /// Sets another field of the error, by the letter that the wire has for it:
    /// <https://www.postgresql.org/docs/current/protocol-error-fields.html>.
    #[must_use]
    pub fn field(mut self, letter: u8, value: impl Into<String>) -> Self {
        let error = self.parts.iter_mut().rev().find_map(|part| match part {
            Part::Error(fields) => Some(fields),
            _ => None,
        });
        if let Some(fields) = error {
            fields.retain(|(other, _)| *other != letter);
            fields.push((letter, value.into()));
        }
        self
    }

    /// Tells a parameter of the session before the rest, as a server does that has changed it.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parts.insert(0, Part::Parameter(name.into(), value.into()));
        self
    }

    /// Closes the connection behind it.
    #[must_use]
    pub fn then_close(mut self) -> Self {
        self.close = true;
        self
    }

    /// Sets the state of the transaction that is told behind it, where the server is not asked: `I`dle, in a
    /// `T`ransaction, or in a failed one (`E`). As it was before, if not set.
    #[must_use]
    pub fn status(mut self, status: char) -> Self {
        self.status = u8::try_from(status).ok();
        self
    }

    pub(super) fn with_error(mut self, fields: Vec<(u8, String)>) -> Self {
        self.parts.push(Part::Error(fields));
        self
    }

    pub(super) fn with_parameter(mut self, name: String, value: String) -> Self {
        self.parts.push(Part::Parameter(name, value));
        self
    }

    pub(super) fn with_rows(mut self, columns: Vec<(String, u32)>, rows: Vec<Vec<Option<String>>>) -> Self {
        self.parts.push(Part::Rows { columns, rows });
        self
    }

    pub(super) fn with_tag(mut self, tag: impl Into<String>) -> Self {
        self.parts.push(Part::Tag(tag.into()));
        self
    }

    /// The SQLSTATE of its error.
    pub fn sqlstate(&self) -> Option<&str> {
        self.parts.iter().find_map(|part| match part {
            Part::Error(fields) => {
                fields.iter().find(|(letter, _)| *letter == b'C').map(|(_, code)| code.as_str())
            }
            _ => None,
        })
    }

    pub(super) fn closes(&self) -> bool {
        self.close
    }

    pub(super) fn state(&self) -> Option<u8> {
        self.status
    }

    /// Its messages, without the `ReadyForQuery` behind them, for a request of this shape.
    pub(super) fn messages(&self, shape: &[u8]) -> Bytes {
        let mut out = BytesMut::new();
        let fails = self.sqlstate().is_some();
        if fails || shape.is_empty() || shape.contains(&b'Q') {
            self.put(&mut out, true);
            return out.freeze();
        }
        for kind in shape {
            match kind {
                b'P' => frame::put(&mut out, b'1', &[]),
                b'B' => frame::put(&mut out, b'2', &[]),
                b'C' => frame::put(&mut out, b'3', &[]),
                b'd' => {
                    frame::put(&mut out, b't', &[0, 0]);
                    frame::put(&mut out, b'n', &[]);
                }
                b'D' => frame::put(&mut out, b'n', &[]),
                b'E' => self.put(&mut out, false),
                _ => {}
            }
        }
        out.freeze()
    }

    fn put(&self, out: &mut BytesMut, described: bool) {
        for part in &self.parts {
            match part {
                Part::Error(fields) => {
                    let mut body = BytesMut::new();
                    for (letter, value) in fields {
                        body.put_u8(*letter);
                        frame::put_text(&mut body, value);
                    }
                    body.put_u8(0);
                    frame::put(out, b'E', &body);
                }
                Part::Parameter(name, value) => put_parameter(out, name, value),
                Part::Tag(tag) => {
                    let mut body = BytesMut::new();
                    frame::put_text(&mut body, tag);
                    frame::put(out, b'C', &body);
                }
                Part::Rows { columns, rows } => {
                    if described {
                        put_columns(out, columns);
                    }
                    for row in rows {
                        put_row(out, row);
                    }
                }
            }
        }
    }
}

/// Adds a `ParameterStatus`.
pub(super) fn put_parameter(out: &mut BytesMut, name: &str, value: &str) {
    let mut body = BytesMut::new();
    frame::put_text(&mut body, name);
    frame::put_text(&mut body, value);
    frame::put(out, b'S', &body);
}

fn put_columns(out: &mut BytesMut, columns: &[(String, u32)]) {
    let mut body = BytesMut::new();
    body.put_u16(u16::try_from(columns.len()).unwrap_or(u16::MAX));
    for (name, oid) in columns {
        frame::put_text(&mut body, name);
        // No table, no column of it; its type; any size; text.
        body.put_slice(&[0; 6]);
        body.put_u32(*oid);
        body.put_i16(-1);
        body.put_i32(-1);
        body.put_u16(0);
    }
    frame::put(out, b'T', &body);
}

fn put_row(out: &mut BytesMut, row: &[Option<String>]) {
    let mut body = BytesMut::new();
    body.put_u16(u16::try_from(row.len()).unwrap_or(u16::MAX));
    for value in row {
        match value {
            Some(value) => {
                body.put_u32(u32::try_from(value.len()).unwrap_or(u32::MAX));
                body.put_slice(value.as_bytes());
            }
            None => body.put_i32(-1),
        }
    }
    frame::put(out, b'D', &body);
}

impl From<&str> for Reply {
    fn from(sqlstate: &str) -> Self {
        Self::error(sqlstate)
    }
}

impl From<&Reply> for Reply {
    fn from(reply: &Reply) -> Self {
        reply.clone()
    }
}

#[cfg(test)]
mod tests {
    use fallible_iterator::FallibleIterator;
    use postgres_protocol::message::backend::Message;

    use super::*;

    #[test]
    fn an_error_reads_as_it_was_written() {
        let reply = Reply::error("40003").severity("FATAL").message("a\0b").hint("h").parameter("x", "1");
        let mut bytes = BytesMut::from(&reply.messages(b"PBES")[..]);
        let Ok(Some(Message::ParameterStatus(parameter))) = Message::parse(&mut bytes) else { panic!() };
        assert_eq!((parameter.name().unwrap(), parameter.value().unwrap()), ("x", "1"));
        let Ok(Some(Message::ErrorResponse(error))) = Message::parse(&mut bytes) else { panic!() };
        let fields: Vec<(u8, String)> = error
            .fields()
            .map(|field| Ok((field.type_(), String::from_utf8_lossy(field.value_bytes()).into_owned())))
            .collect()
            .unwrap();
        for expected in [(b'C', "40003"), (b'S', "FATAL"), (b'V', "FATAL"), (b'M', "ab"), (b'H', "h")] {
            assert!(fields.contains(&(expected.0, expected.1.to_owned())), "{fields:?}");
        }
        assert!(bytes.is_empty());
    }
}
