//! From a schema in Rust to a schema in the database.
//!
//! [`Database::create_schema`](crate::Database::create_schema) makes one where there is none of it.

mod create;
mod created;
mod existing;
mod regions;

pub use self::created::CreatedSchema;
