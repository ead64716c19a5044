//! A derive-macro ORM for CockroachDB with exactly-once retry semantics.
//!
//! One struct is the whole model: `#[derive(CrdbTable)]` gives it DDL and typed queries, and every statement and
//! transaction runs in a retry loop that knows what CockroachDB may answer. PostgreSQL stands in for it during
//! development and tests.
//!
//! ```ignore
//! let db = Database::connect("cockroachdb://app@node1,node2:26257/shop?sslmode=verify-full").await?;
//! let open = Order::filter(Order::STATUS.ne(Status::Completed)).limit(50).all(&db).await?;
//! db.transaction("pay", async |tx| {
//!     Account::update(from).add(Account::BALANCE, -amount).exec(&tx).await
//! }).await?;
//! ```
//!
//! # Where what is
//!
//! Start with `use crdb_orm::prelude::*;` and [`Database`].
//!
//! | module | what is in it |
//! |---|---|
//! | [`prelude`] | what an application imports |
//! | [`database`] | [`Database`]: connect, run a transaction, see how the pool is doing |
//! | [`query`] | typed columns and conditions; select, insert, update, delete; [`Sql`] for SQL of your own |
//! | [`exec`] | what a query runs on: [`Read`] and [`Write`], which a [`Database`] and a [`Tx`] are |
//! | [`txn`] | the transaction runner: [`RetryPolicy`], [`Tx`], [`CommitOutcome`], [`TxnStats`] |
//! | [`schema`] | what a table is, as const data, and its DDL for each [`Target`] |
//! | [`migrate`] | from a [`Schema`] in Rust to one in the database: [`Database::create_schema`] |
//! | [`types`] | Rust types and the SQL types that they stand for |
//! | [`conn`] | what is known of the server and the pool: [`ServerInfo`], [`PoolStatus`] |
//! | [`error`] | the one [`Error`]: predicates, SQLSTATE, advice, the history of attempts |
//! | `testing` | throw-away databases for development and tests (feature `testing`) |
//!
//! # Features
//!
//! | feature | by default | what it adds |
//! |---|---|---|
//! | `chrono` | yes | dates and times of `chrono` as columns |
//! | `rust_decimal` | yes | `rust_decimal::Decimal` as `DECIMAL` columns |
//! | `jiff` | no | dates and times of `jiff` as columns |
//! | `testing` | no | the module `testing` |

pub mod conn;
pub mod database;
pub mod error;
pub mod exec;
pub mod migrate;
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
pub use self::exec::{BoxFuture, InTransaction, Read, Write};
pub use self::migrate::CreatedSchema;
pub use self::query::{Column, Expr, Filter, FromRow, Sql, Table};
pub use self::schema::{Schema, Target};
pub use self::txn::{RetryPolicy, Transaction, Tx, TxnStats};
pub use self::types::{Field, IntoField, Json, Region, SqlType};

pub use async_trait::async_trait;
pub use uuid::{self, Uuid};
