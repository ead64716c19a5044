//! From a schema in Rust to a schema in the database.

mod create;
