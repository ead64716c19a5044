//! What the runtime promises, on a real server and with real faults.
//!
//! One file for each promise; each test is named after what it promises. Nothing here is only true of PostgreSQL,
//! except where a test says that it is skipped on CockroachDB.

#![cfg(unix)]

mod support;

mod answers;
mod bank;
mod bulk;
mod cancel;
mod commit;
mod connect;
mod contention;
mod deferred;
mod good_bye;
mod hooks;
mod idle;
mod inside;
mod lifetime;
mod nodes;
mod once;
mod options;
mod overdue;
mod pool;
mod restart;
mod retry;
mod savepoint;
mod session;
mod settings;
mod single;
#[cfg(unix)]
mod standby;
mod statements;
mod targets;
mod trips;
mod unit;
mod version;
