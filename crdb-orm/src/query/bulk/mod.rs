//! Writes of many rows: cut into batches by rows and bytes, an array for each column, one text for every size.
//!
//! Rows come from slices, iterators and streams. On a [`Database`](crate::Database) each batch is a statement, and a
//! transaction, of its own, so that no transaction grows large; in a [`Tx`](crate::Tx) all belong to it.

mod columns;
mod copy;
mod insert;
mod options;
mod plain;
mod returning;
mod run;
mod source;
mod tenant;
mod text;
mod told;
mod update;
mod updated;

pub(super) use self::columns::Columns;
pub use self::columns::RowWriter;
pub use self::copy::CopyIn;
pub use self::insert::InsertMany;
pub use self::options::Progress;
pub(super) use self::options::{BYTES, COCKROACH_ROW, PARAMETERS, ROWS};
pub(super) use self::returning::Returned;
pub use self::returning::ReturningMany;
pub use self::source::NewRow;
pub(super) use self::tenant::OfTenant;
pub(super) use self::text::{insert as insert_text, of_keys};
pub(super) use self::told::Told;
pub use self::update::{ChangedRow, UpdateMany};
pub use self::updated::{MissedRow, Updated};
