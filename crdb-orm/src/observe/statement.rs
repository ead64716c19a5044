//! What is seen of a statement.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::time::Instant;

use tracing::{Level, Span};

use super::record;
use super::text::without_values;
use crate::conn::Conn;
use crate::error::Driver;
use crate::exec::{Label, Statement};
use crate::types::Value;

/// A statement that is watched from the moment it is sent.
pub(crate) struct Watch {
    label: Label,
    /// What somebody may want to read. Boxed, since this is part of every statement's future.
    read: Option<Box<Readable>>,
    /// Now, where somebody wants to know how long it takes.
    began: Option<Instant>,
}

/// A statement as it is shown.
struct Readable {
    text: Cow<'static, str>,
    /// Its values, where they are to be shown: `$1 = '7', $2 = NULL`.
    values: Option<String>,
}

impl Watch {
    pub(crate) fn new(statement: &Statement, conn: &Conn) -> Self {
        let slow = conn.slow();
        let wanted = slow.is_some() || tracing::enabled!(Level::DEBUG);
        let began = (slow.is_some() || cfg!(feature = "metrics")).then(Instant::now);
        let read = wanted.then(|| {
            let values = conn.shows_values().then(|| shown(&statement.values));
            Box::new(Readable { text: statement.sql.clone(), values })
        });
        Self { label: statement.label, read, began }
    }

    /// The span that it runs in.
    pub(crate) fn span(&self, conn: &Conn) -> Span {
        if !tracing::enabled!(Level::DEBUG) {
            return Span::none();
        }
        let (address, port) = split(conn.node());
        tracing::debug_span!(
            "statement",
            otel.name = %Summary(self.label),
            otel.kind = "client",
            db.system.name = if conn.server().is_cockroachdb() { "cockroachdb" } else { "postgresql" },
            db.namespace = conn.database(),
            db.operation.name = self.label.verb,
            db.collection.name = self.label.table,
            db.query.text = %self.text(),
            db.query.parameters = self.values(),
            server.address = address,
            server.port = port,
            db.response.status_code = tracing::field::Empty,
        )
    }

    /// Its text, as it is shown.
    fn text(&self) -> Cow<'_, str> {
        match self.read.as_deref() {
            Some(Readable { text, values: Some(_) }) => Cow::Borrowed(text),
            Some(Readable { text, values: None }) => without_values(text),
            None => Cow::Borrowed(""),
        }
    }

    fn values(&self) -> Option<&str> {
        self.read.as_ref()?.values.as_deref()
    }

    /// It was answered.
    pub(crate) fn end(self, conn: &Conn, span: &Span, error: Option<&Driver>) {
        if let Some(code) = error.and_then(Driver::code) {
            span.record("db.response.status_code", code);
        }
        let Some(took) = self.began.map(|began| began.elapsed()) else { return };
        record::statement(self.label, took, || match error {
            None => "ok".into(),
            Some(error) => error.code().map_or("lost".into(), |code| code.to_owned().into()),
        });
        if conn.slow().is_some_and(|slow| took >= slow) {
            let text = self.text();
            tracing::warn!(
                statement = %Summary(self.label),
                seconds = took.as_secs_f64(),
                node = %conn.node(),
                sqlstate = error.and_then(Driver::code),
                %text,
                values = self.values(),
                "a slow statement"
            );
        }
    }
}

fn shown(values: &[Value]) -> String {
    let mut out = String::new();
    for (value, number) in values.iter().zip(1..) {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{}${number} = {}", if number == 1 { "" } else { ", " }, value.literal());
    }
    out
}

/// Such as `select orders`.
struct Summary(Label);

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.verb)?;
        match self.0.table {
            Some(table) => write!(f, " {table}"),
            None => Ok(()),
        }
    }
}

/// Host and port of a node.
fn split(node: &str) -> (&str, Option<u64>) {
    match node.rsplit_once(':').map(|(host, port)| (host, port.parse())) {
        Some((host, Ok(port))) => (host, Some(port)),
        _ => (node, None),
    }
}
