//! How errors are made.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{
    BatchesDone, CommitOutcome, Error, FailedAttempt, GaveUp, Inner, Kind, PartialWrite, ServerError, advice,
};
use crate::exec::Label;

/// What to do about a stale row.
const READ_AGAIN: &str = "read the row again, and decide anew by what it holds now";

/// What the driver reported.
#[derive(Debug, Clone)]
pub(crate) enum Driver {
    /// The server answered with an error.
    Server(Arc<ServerError>),
    /// The connection broke, or what came over it made no sense: nothing more can be known from it.
    Lost(Arc<tokio_postgres::Error>),
}

impl From<tokio_postgres::Error> for Driver {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(server) => Self::Server(Arc::new(server.into())),
            None => Self::Lost(Arc::new(error)),
        }
    }
}

impl Driver {
    /// The SQLSTATE.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Server(server) => Some(&server.code),
            Self::Lost(_) => None,
        }
    }

    /// The SQLSTATE by which is judged what became of a statement; none where the connection broke.
    pub(crate) fn verdict(&self) -> Option<&str> {
        match self {
            Self::Server(server) if !server.is_broken_off() => Some(&server.code),
            Self::Server(_) | Self::Lost(_) => None,
        }
    }

    /// Whether the connection is gone, or is about to go.
    pub(crate) fn is_fatal(&self) -> bool {
        match self {
            Self::Server(server) => server.fatal || server.is_good_bye(),
            Self::Lost(_) => true,
        }
    }

    /// Whether the server has answered the statement itself, by an error that aborts its transaction: nothing behind it
    /// was done. A good-bye in its place is one, unless its severity says that it may stand for anything.
    pub(crate) fn is_answer(&self) -> bool {
        matches!(self, Self::Server(server) if !server.fatal)
    }
}

impl Error {
    /// See [`Driver::verdict`].
    pub(crate) fn verdict(&self) -> Option<&str> {
        self.sqlstate().filter(|_| self.0.kind != Kind::Lost)
    }

    pub(crate) fn of_kind(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            context: None,
            message: message.into(),
            label: None,
            column: None,
            node: None,
            server: None,
            source: None,
            advice: advice::of_kind(kind),
            outcome: CommitOutcome::NotCommitted,
            gave_up: None,
            attempts: 1,
            history: Vec::new(),
            partial: None,
            batches: None,
        }))
    }

    /// Anything that its message tells alone.
    #[allow(dead_code, reason = "used by what optional features add")]
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::of_kind(Kind::Other, message)
    }

    /// A schema that makes no sense.
    #[allow(dead_code, reason = "used by what prints schemas")]
    pub(crate) fn schema(message: impl Into<String>) -> Self {
        Self::of_kind(Kind::Schema, message)
    }

    /// A URL or an option that makes no sense.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::of_kind(Kind::Configuration, message)
    }

    /// One row was wanted, there was none.
    pub(crate) fn not_found(label: Label) -> Self {
        Self::of_kind(Kind::NotFound, "no row was found where one was wanted").with_label(label)
    }

    /// The row is not at the version that a write names.
    pub(crate) fn stale(label: Label, expected: i64, found: Option<i64>) -> Self {
        let now = found.map_or("at another".to_owned(), |found| format!("at {found}"));
        let message = format!("the row is {now} and no longer at version {expected}: nothing was written");
        Self::of_kind(Kind::Stale, message).with_label(label).with_advice(READ_AGAIN)
    }

    /// There is no row at the version that a write names, and nobody has looked whether it is gone.
    pub(crate) fn gone_or_stale(label: Label) -> Self {
        let message =
            "no row is at that version: it was changed or deleted since it was read; nothing was written";
        Self::of_kind(Kind::Stale, message).with_label(label).with_advice(READ_AGAIN)
    }

    /// The row that an upsert was to update is there, and is not one that it may touch.
    pub(crate) fn out_of_reach(label: Label, why: &str) -> Self {
        let message = format!("a row with this key is there, and {why}: nothing was written");
        Self::of_kind(Kind::NotFound, message).with_label(label)
    }

    /// One row was wanted, there were more.
    pub(crate) fn too_many_rows(label: Label) -> Self {
        Self::of_kind(Kind::TooManyRows, "more than one row was found where one was wanted").with_label(label)
    }

    /// A column that cannot be read as the Rust type.
    pub(crate) fn decode(label: Label, column: &str, expected: &str, why: impl fmt::Display) -> Self {
        let message = format!("column `{column}` cannot be read as {expected}: {why}");
        Self::of_kind(Kind::Decode, message).with_label(label).with_column(column)
    }

    /// A value that could not be encoded.
    pub(crate) fn invalid_value(label: Label, column: Option<&str>, why: impl fmt::Display) -> Self {
        let what = column.map_or_else(|| "a value".to_owned(), |column| format!("the value of `{column}`"));
        let error =
            Self::of_kind(Kind::InvalidValue, format!("{what} cannot be sent: {why}")).with_label(label);
        match column {
            Some(column) => error.with_column(column),
            None => error,
        }
    }

    /// A statement that cannot be sent.
    pub(crate) fn invalid_statement(label: Label, why: impl fmt::Display) -> Self {
        Self::of_kind(Kind::InvalidStatement, format!("the statement cannot run: {why}")).with_label(label)
    }

    /// What the driver reported on a connection that had been made.
    pub(crate) fn driver(error: &Driver, node: &Arc<str>) -> Self {
        match error {
            Driver::Server(server) if server.is_broken_off() => {
                let message = format!("the connection to {node} was broken off: {}", server.message);
                let mut lost = Self::of_kind(Kind::Lost, message);
                lost.0.server = Some(server.clone());
                lost.with_node(node)
            }
            Driver::Server(server) => Self::server(server.clone()).with_node(node),
            Driver::Lost(cause) => {
                let mut why = cause.to_string();
                if let Some(source) = cause.source() {
                    why = format!("{why}: {source}");
                }
                let mut lost = Self::of_kind(Kind::Lost, format!("the connection to {node} was lost: {why}"));
                lost.0.source = Some(cause.clone());
                lost.with_node(node)
            }
        }
    }

    /// What the server answered.
    pub(crate) fn server(server: Arc<ServerError>) -> Self {
        let mut error = Self::of_kind(Kind::Server, server.message.clone());
        error.0.advice = advice::of_server(&server);
        error.0.server = Some(server);
        error
    }

    /// Says which answer of a server it stands for.
    pub(crate) fn with_answer_of(mut self, other: &Self) -> Self {
        self.0.server.clone_from(&other.0.server);
        self
    }

    /// The same error once more.
    pub(crate) fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    pub(crate) fn with_label(mut self, label: Label) -> Self {
        if self.0.label.is_some() {
            return self;
        }
        self.0.label = Some(label);
        if let (Some(_), Some(server)) = (label.table, &self.0.server)
            && let Some(advice) = advice::of_table(server)
        {
            self.0.advice = Some(advice);
        }
        self
    }

    /// Where in the statement's text the server found it, in characters from 1 on.
    pub(crate) fn position(&self) -> Option<usize> {
        self.0.server.as_ref()?.position
    }

    pub(crate) fn with_column(mut self, column: &str) -> Self {
        self.0.column = Some(column.to_owned());
        self
    }

    pub(crate) fn with_node(mut self, node: &Arc<str>) -> Self {
        self.0.node = Some(node.clone());
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    pub(crate) fn with_advice(mut self, advice: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        self.0.advice = Some(advice.into());
        self
    }

    /// Says what was going on.
    pub(crate) fn with_context(mut self, context: impl Into<String>) -> Self {
        self.0.context = Some(context.into());
        self
    }

    pub(crate) fn with_outcome(mut self, outcome: CommitOutcome) -> Self {
        self.0.outcome = outcome;
        if let Some(advice) = advice::of_outcome(outcome) {
            self.0.advice = Some(advice);
        }
        self
    }

    /// Says what to do where nobody knows its outcome: what the write itself has for that.
    pub(crate) fn when_unknown(self, advice: &'static str) -> Self {
        if self.0.outcome == CommitOutcome::Unknown { self.with_advice(advice) } else { self }
    }

    /// Says that it arose over the answer of a statement that is committed. `writes` is whether its text looks like a
    /// write: one that only seems to read is called committed all the same, since a function in it may write.
    pub(crate) fn after_the_answer(mut self, writes: bool) -> Self {
        if !writes {
            self.0.outcome = CommitOutcome::Committed;
            return self;
        }
        let took_effect = "the statement took effect, but its answer cannot be read";
        self.0.context = Some(match self.0.context.take() {
            Some(context) => format!("{took_effect}: {context}"),
            None => took_effect.to_owned(),
        });
        self.with_outcome(CommitOutcome::Committed)
            .with_advice("what it wrote is in the database: do not run it again")
    }

    /// Says which rows of a write of many are in the database, and so in words.
    pub(crate) fn with_partial(mut self, partial: PartialWrite) -> Self {
        self.0.outcome = partial.outcome();
        let so_far = partial.to_string();
        let context = self.0.context.take();
        self.0.context = Some(context.map_or(so_far.clone(), |context| format!("{so_far}; {context}")));
        self.0.partial = Some(Arc::new(partial));
        self
    }

    /// Says how far a write in batches has come, and so in words.
    pub(crate) fn with_batches(mut self, done: BatchesDone) -> Self {
        let so_far = done.to_string();
        let context = self.0.context.take();
        self.0.context = Some(context.map_or(so_far.clone(), |context| format!("{so_far}; {context}")));
        self.0.batches = Some(Arc::new(done));
        self
    }

    /// Says that it is the deadline that passed.
    pub(crate) fn at_deadline(mut self) -> Self {
        self.0.gave_up = Some(GaveUp::Deadline);
        self
    }

    /// Adds the attempts that were made, this one included.
    pub(crate) fn with_history(mut self, history: Vec<FailedAttempt>) -> Self {
        self.0.attempts = u32::try_from(history.len()).unwrap_or(u32::MAX).max(1);
        self.0.history = history;
        self
    }

    /// Says that the retry loop of `what` stopped at this error.
    pub(crate) fn gave_up(
        mut self,
        what: &str,
        why: GaveUp,
        history: Vec<FailedAttempt>,
        took: Duration,
    ) -> Self {
        let attempts = history.len();
        let plural = if attempts == 1 { "" } else { "s" };
        let took = format_args!("{:.1} s", took.as_secs_f64());
        let mut context = match why {
            GaveUp::Attempts => format!("{what} gave up after {attempts} attempt{plural} in {took}"),
            GaveUp::Deadline => {
                format!("{what} gave up at its deadline, after {attempts} attempt{plural} in {took}")
            }
        };
        if let Some(key) = self.conflicting_key() {
            context = format!("{context}, in conflict over key {key}");
        }
        if self.is_serialization_failure() {
            self.0.advice = Some(advice::contention());
        }
        self.0.gave_up = Some(why);
        self.with_context(context).with_history(history)
    }
}
