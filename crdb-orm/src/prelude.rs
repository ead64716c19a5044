//! What an application imports: `use crdb_orm::prelude::*;`.
//!
//! It exports no name of std's own prelude, so `Result` stays std's.

pub use crate::database::Database;
pub use crate::exec::{InTransaction, Read, Write};
pub use crate::query::{FromRow, InsertBuilder, Patch, SoftDelete, Sql, Table};
pub use crate::schema::Schema;
pub use crate::sql;
pub use crate::txn::{AsOf, Key, Ledger, Once, Tx};
pub use crate::types::{Json, Region, SqlEnum};

pub use crdb_derive::{CrdbComposite, CrdbEnum, CrdbPatch, CrdbRow, CrdbTable, CrdbType};

pub use futures_util::{join, try_join};
pub use uuid::Uuid;

#[cfg(feature = "chrono")]
pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
#[cfg(feature = "rust_decimal")]
pub use rust_decimal::Decimal;
