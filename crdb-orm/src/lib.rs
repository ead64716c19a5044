//! A derive-macro ORM for CockroachDB with exactly-once retry semantics.

pub mod conn;
pub mod database;
pub mod error;
pub mod exec;
mod migrate;
pub mod prelude;
pub mod query;
pub mod schema;
#[cfg(feature = "testing")]
pub mod testing;
pub mod txn;
pub mod types;

#[doc(hidden)]
pub mod __private;

pub use self::conn::{PoolStatus, ServerInfo, ServerKind, Version};
pub use self::database::{Database, DatabaseBuilder};
pub use self::error::{CommitOutcome, Error, FailedAttempt, Result};
pub use self::exec::{InTransaction, Read, Write};
pub use self::query::{Column, Expr, Filter, FromRow, Sql, Table};
pub use self::schema::{Schema, Target};
pub use self::txn::{RetryPolicy, Transaction, Tx, TxnStats};
pub use self::types::{Field, IntoField, Json, Region, SqlType};

pub use async_trait::async_trait;
pub use crdb_derive::{CrdbEnum, CrdbRow, CrdbTable, CrdbType};
pub use uuid::{self, Uuid};

/// The programs of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
