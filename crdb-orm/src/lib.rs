//! A derive-macro ORM for CockroachDB with exactly-once retry semantics.

pub mod database;
pub mod error;
pub mod exec;
pub mod query;
pub mod schema;
pub mod txn;
pub mod types;

pub use self::database::Database;
pub use self::error::{Error, Result};
