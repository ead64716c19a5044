//! A derive-macro ORM for CockroachDB with exactly-once retry semantics.
//!
//! One struct is the whole model: `#[derive(CrdbTable)]` makes it DDL and typed statements. Everything runs in a retry
//! loop that never does your work twice and never loses it.
//!
//! ```no_run
//! use crdb_orm::prelude::*;
//!
//! #[derive(CrdbTable, Debug, Clone)]
//! #[crdb(table = "accounts")]
//! struct Account {
//!     #[crdb(primary_key)]
//!     id: Uuid,
//!     owner: String,
//!     #[crdb(decimal(19, 2))]
//!     balance: Decimal,
//! }
//!
//! const BANK: Schema = Schema::new("bank").tables(&[Account::TABLE]);
//!
//! # async fn example(amount: Decimal) -> crdb_orm::Result<()> {
//! let db = Database::connect("cockroachdb://root@localhost:26257/bank?sslmode=disable").await?;
//! db.create_schema(&BANK).await?;
//! let ann = Account::insert().owner("Ann").balance(Decimal::ONE_HUNDRED).one(&db).await?;
//! let bob = Account::insert().owner("Bob").balance(Decimal::ZERO).one(&db).await?;
//! db.transaction("transfer", async |tx| {
//!     Account::update(ann.id).sub(Account::BALANCE, amount).exec(&tx).await?;
//!     Account::update(bob.id).add(Account::BALANCE, amount).exec(&tx).await
//! })
//! .await?;
//! # Ok(())
//! # }
//! ```
//!
//! | to | look at |
//! |---|---|
//! | describe tables, enums, rows, newtypes | [`CrdbTable`], [`CrdbEnum`], [`CrdbRow`], [`CrdbType`], [`CrdbComposite`], [`CrdbPatch`] |
//! | put tables together and print them as DDL | [`Schema`], [`schema`] |
//! | know which Rust type is which SQL type | [`types`] |
//! | read and write rows | [`Table`], [`query`]; SQL of your own: [`Sql`] |
//! | keep the rows of tenants apart, or deleted rows out of sight | [`Database::scoped`], [`Scoped`]; [`SoftDelete`] |
//! | connect, create a schema | [`Database`], [`conn`], [`migrate`] |
//! | run transactions | [`Database::transaction`], [`txn`]; exactly once: [`Transaction::once`], [`Key`], [`Ledger`] |
//! | tell errors apart | [`Error`] |
//! | see what it does | [`observe`] |
//! | test on a real database | `testing` (feature `testing`) |
//!
//! Features: `chrono`, `rust_decimal` and `tls` (on unless turned off), `jiff`, `time`, `bigdecimal`, `pgvector`, `geo`,
//! `metrics`, `testing`.

// What the derives make names the crate from outside; here its own tests use them.
#[cfg(test)]
extern crate self as crdb_orm;

mod apart;
pub mod conn;
pub mod database;
pub mod error;
pub mod exec;
pub mod migrate;
pub mod observe;
pub mod prelude;
pub mod query;
pub mod schema;
#[cfg(feature = "testing")]
pub mod testing;
pub mod txn;
pub mod types;

#[cfg(any(fuzzing, test))]
#[doc(hidden)]
#[path = "fuzz.rs"]
pub mod __fuzz;
#[doc(hidden)]
pub mod __private;

pub use self::conn::{
    ChannelBinding, Prepared, ServerInfo, ServerKind, SslMode, SslNegotiation, Status, Version,
};
pub use self::database::{Database, DatabaseBuilder};
pub use self::error::{
    BatchesDone, CommitOutcome, Error, FailedAttempt, PartialWrite, Result, RowOutcome, UnknownSort,
};
pub use self::exec::{
    AllTenants, AsOfReads, BoundedStaleness, BoxFuture, InTransaction, OnDatabase, Reaches, Read, ReadRow,
    Scoped, Tenant, Write,
};
pub use self::migrate::CreatedSchema;
pub use self::query::{Column, Expr, Filter, FromRow, InsertBuilder, SoftDelete, Sql, Table};
pub use self::schema::{Schema, Target};
pub use self::txn::{
    AsOf, Contention, Hlc, Isolation, Key, Ledger, LockReads, Once, OnceTransaction, Perform, RetryPolicy,
    Transaction, TransactionError, Tx, TxnStats, UnitOfWork,
};
pub use self::types::{Field, IntoField, Json, Region, SqlEnum, SqlType};

pub use async_trait::async_trait;
pub use crdb_derive::{CrdbComposite, CrdbEnum, CrdbPatch, CrdbRow, CrdbTable, CrdbType};
pub use uuid::{self, Uuid};

/// The programs of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// And those of the guide's page on relations.
#[cfg(doctest)]
#[doc = include_str!("../../docs/src/relations.md")]
struct RelationsPage;

/// And those of the guide's page on tables.
#[cfg(doctest)]
#[doc = include_str!("../../docs/src/tables.md")]
struct Tables;

/// And those of the page on queries.
#[cfg(doctest)]
#[doc = include_str!("../../docs/src/queries.md")]
struct QueriesPage;

/// And those of the page on tenants and soft deletes.
#[cfg(doctest)]
#[doc = include_str!("../../docs/src/scopes.md")]
struct ScopesPage;

/// And those of its page on writing many rows.
#[cfg(doctest)]
#[doc = include_str!("../../docs/src/writing-many-rows.md")]
struct ManyRows;
