//! Writes of many rows: cut into batches by rows and bytes, an array for each column, one text for every size.
//!
//! Rows come from slices, iterators and streams. On a [`Database`](crate::Database) each batch is a statement, and a
//! transaction, of its own, so that no transaction grows large; in a [`Tx`](crate::Tx) all belong to it.

mod columns;
mod insert;
mod options;
mod run;
mod source;
mod tenant;
mod text;
mod update;
mod updated;

pub use self::columns::RowWriter;
pub use self::insert::InsertMany;
pub use self::options::Progress;
pub use self::source::NewRow;
pub use self::update::{ChangedRow, UpdateMany};
pub use self::updated::{MissedRow, Updated};
