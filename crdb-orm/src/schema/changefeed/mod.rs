//! Changefeeds as part of a table, and for starting by a program.

mod check;
mod config;
mod functions;
mod job;
mod mistake;
mod option;
mod query;
mod redact;
mod shared;
mod sink;
mod sinks;
#[cfg(test)]
mod tests;
mod value;

use std::fmt;

pub use self::config::{KafkaCompression, KafkaSinkConfig, RequiredAcks, SinkBatching};
pub use self::job::{AlterChangefeed, ChangefeedJob};
pub(crate) use self::mistake::Mistake;
pub use self::mistake::{ChangefeedError, ChangefeedErrorKind};
pub use self::option::{
    ChangefeedOption, Compression, EnrichedProperties, Envelope, Format, InitialScan, OnError,
    SchemaChangeEvents, SchemaChangePolicy, VirtualColumns,
};
pub use self::query::CdcQuery;
pub use self::shared::{
    ChangefeedSchedule, ChangefeedTarget, OnExecutionFailure, OnPreviousRunning, SchemaChangefeed,
};
pub use self::sink::{Sink, SinkKind};
pub use self::sinks::{CloudStorageSink, KafkaSink, PubSubSink, PulsarSink, WebhookSink};

use super::TableDef;

/// A changefeed on a table: where it sends, what it sends, and how.
///
/// In a const item, what the server would refuse does not compile:
///
/// ```
/// use crdb_orm::schema::{ChangefeedDef, ChangefeedOption, KafkaSink};
///
/// const FEED: ChangefeedDef<'static> = ChangefeedDef::to(
///     KafkaSink::new("broker:9092").topic_prefix("shop_").sink(),
///     &[ChangefeedOption::Updated, ChangefeedOption::Resolved(Some("10s"))],
/// );
/// # assert!(FEED.query.is_none());
/// ```
///
/// ```compile_fail
/// # use crdb_orm::schema::{ChangefeedDef, ChangefeedOption};
/// const FEED: ChangefeedDef<'static> = ChangefeedDef::new(
///     "kafka://broker:9092",
///     &[ChangefeedOption::Unordered, ChangefeedOption::Resolved(None)],
/// );
/// ```
///
/// At run time, with a password from the environment, it is an error that says what is wrong:
///
/// ```
/// # use crdb_orm::Target;
/// # use crdb_orm::schema::*;
/// # const ORDERS: TableDef = TableDef::new(TypeName::new("orders"),
/// #     &[ColumnDef::new("id", ColumnType::Uuid)], PrimaryKeyDef::new(&[KeyPart::asc("id")]));
/// # let password = "p@ss word".to_owned();
/// let sink = KafkaSink::new("broker:9092").sasl_scram_sha_512("app", &password).sink();
/// let feed = ChangefeedDef::try_new(sink, &[ChangefeedOption::Updated], None)?;
/// let statement = feed.statement(&ORDERS, Target::COCKROACHDB)?;
/// assert!(statement.sql().contains("&sasl_password=p%40ss%20word'"));
/// assert!(!format!("{feed:?} {statement:?}").contains("p%40ss"));
/// # Ok::<(), crdb_orm::Error>(())
/// ```
///
/// Source: `CockroachDB`, "CREATE CHANGEFEED".
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangefeedDef<'a> {
    /// Where it sends.
    pub into: Sink<'a>,
    /// Its options, in the order given.
    pub options: &'a [ChangefeedOption<'a>],
    /// What it sends of a row, and of which rows, when that is not all.
    pub query: Option<CdcQuery<'a>>,
}

impl<'a> ChangefeedDef<'a> {
    /// A changefeed into a sink by its URI.
    ///
    /// # Panics
    /// At compile time, in a const item: the server would refuse it. [`Self::try_new`] returns the error instead.
    #[track_caller]
    pub const fn new(into: &'a str, options: &'a [ChangefeedOption<'a>]) -> Self {
        Self::to(Sink::uri(into), options)
    }

    /// A changefeed into a sink.
    ///
    /// # Panics
    /// As [`Self::new`].
    #[track_caller]
    pub const fn to(into: Sink<'a>, options: &'a [ChangefeedOption<'a>]) -> Self {
        Self::unchecked(into, options, None).checked()
    }

    /// A changefeed that streams to the session that starts it. It is no part of the schema's DDL.
    ///
    /// # Panics
    /// As [`Self::new`].
    #[track_caller]
    pub const fn sinkless(options: &'a [ChangefeedOption<'a>]) -> Self {
        Self::to(Sink::NONE, options)
    }

    /// Sends what a CDC query gives of a row, and not the whole row.
    ///
    /// # Panics
    /// As [`Self::new`].
    #[must_use]
    #[track_caller]
    pub const fn query(self, query: CdcQuery<'a>) -> Self {
        Self::unchecked(self.into, self.options, Some(query)).checked()
    }

    /// A changefeed that is made at run time.
    ///
    /// # Errors
    /// The server would refuse it: the error says why, and never shows a credential.
    pub fn try_new(
        into: Sink<'a>,
        options: &'a [ChangefeedOption<'a>],
        query: Option<CdcQuery<'a>>,
    ) -> Result<Self, ChangefeedError> {
        let def = Self::unchecked(into, options, query);
        match def.mistake() {
            Some(mistake) => Err(mistake.error()),
            None => Ok(def),
        }
    }

    /// A changefeed that is checked elsewhere, where the message can stand at a better place.
    #[doc(hidden)]
    pub const fn unchecked(
        into: Sink<'a>,
        options: &'a [ChangefeedOption<'a>],
        query: Option<CdcQuery<'a>>,
    ) -> Self {
        Self { into, options, query }
    }

    #[track_caller]
    const fn checked(self) -> Self {
        match self.mistake() {
            Some(mistake) => mistake.fail(),
            None => self,
        }
    }

    /// What is wrong with it as far as it alone can tell.
    pub(crate) const fn mistake(&self) -> Option<Mistake<'a>> {
        match check::alone(self) {
            Some(mistake) => Some(mistake),
            None => match &self.query {
                Some(query) => query.mistake(),
                None => None,
            },
        }
    }

    /// What is wrong with it on a table.
    pub(crate) const fn mistake_on(&self, table: &'a TableDef) -> Option<Mistake<'a>> {
        match self.mistake_of_options(table) {
            Some(mistake) => Some(mistake),
            None => match &self.query {
                Some(query) => query.on_table(table),
                None => None,
            },
        }
    }

    /// What is wrong with it but for its query.
    pub(crate) const fn mistake_of_options(&self, table: &'a TableDef) -> Option<Mistake<'a>> {
        match check::alone(self) {
            Some(mistake) => Some(mistake),
            None => check::on_table(self, table),
        }
    }

    /// Checks it against a table: its columns and column families.
    ///
    /// # Errors
    /// It names a column that the table does not have, or the table has several column families and it does not split
    /// them.
    pub fn check(&self, table: &TableDef) -> Result<(), ChangefeedError> {
        // The definition is copied into the shorter life of a borrowed table.
        let def: ChangefeedDef<'_> = *self;
        match def.mistake_on(table) {
            Some(mistake) => Err(mistake.error()),
            None => Ok(()),
        }
    }
}

/// Shows no credential.
impl fmt::Debug for ChangefeedDef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangefeedDef")
            .field("into", &self.into)
            .field("options", &self.options)
            .field("query", &self.query)
            .finish()
    }
}
