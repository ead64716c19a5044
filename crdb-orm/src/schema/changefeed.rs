//! Changefeeds as part of a table.

use std::fmt;

/// A changefeed on a table.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangefeedDef {
    /// The sink's URI. It may hold credentials: it is never printed by `Debug`.
    pub into: &'static str,
    /// Its options, in the order given.
    pub options: &'static [ChangefeedOption],
}

impl ChangefeedDef {
    /// A changefeed into a sink.
    pub const fn new(into: &'static str, options: &'static [ChangefeedOption]) -> Self {
        Self { into, options }
    }
}

impl fmt::Debug for ChangefeedDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.into.split_once("://").map_or("", |(scheme, _)| scheme);
        f.debug_struct("ChangefeedDef")
            .field("into", &format_args!("{scheme}://(redacted)"))
            .field("options", &self.options)
            .finish()
    }
}

/// An option of a changefeed.
///
/// Source: CockroachDB, "CREATE CHANGEFEED", options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangefeedOption {
    /// `updated`: each row with the timestamp of its commit.
    Updated,
    /// `resolved`: progress messages, at most this often (such as `10s`) when a duration is given.
    Resolved(Option<&'static str>),
    /// `diff`: the row before the change too.
    Diff,
    /// `mvcc_timestamp`: the row's MVCC timestamp.
    MvccTimestamp,
    /// `key_in_value`: the key in the value too.
    KeyInValue,
    /// `full_table_name`: database and schema in the table's name.
    FullTableName,
    /// `split_column_families`: one message a family.
    SplitColumnFamilies,
    /// `min_checkpoint_frequency`: a duration such as `1s`.
    MinCheckpointFrequency(&'static str),
    /// `envelope`: the shape of a message.
    Envelope(Envelope),
    /// `initial_scan`: what is sent of the rows that are there already.
    InitialScan(InitialScan),
}

/// The shape of a changefeed's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// `wrapped`: the row under `after`, with metadata beside it.
    Wrapped,
    /// `row`: the row itself.
    Row,
    /// `key_only`: only the key.
    KeyOnly,
    /// `bare`: the row itself, metadata under `__crdb__`.
    Bare,
    /// `enriched`: with the operation and its source (25.2 and later).
    Enriched,
}

/// What a changefeed sends of the rows that are there when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialScan {
    /// All of them, then the changes.
    Yes,
    /// None of them.
    No,
    /// Only them: the changefeed ends afterwards.
    Only,
}
