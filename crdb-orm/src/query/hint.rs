//! How a table is read, on CockroachDB.

use super::writer::Writer;

/// How a table is read, whatever the server would choose.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Hint {
    Index(&'static str),
    NoFullScan,
}

impl Hint {
    /// `@index`, behind the name of the table; PostgreSQL has none.
    pub(super) fn write(this: Option<Self>, writer: &mut Writer) {
        match this.filter(|_| writer.has_hints()) {
            None => {}
            Some(Self::Index(index)) => {
                writer.push("@").ident(index);
            }
            Some(Self::NoFullScan) => {
                writer.push("@{NO_FULL_SCAN}");
            }
        }
    }
}
