//! What `crdb_orm::testing` promises to the authors of tests: faults that strike where they are asked to, retries by
//! force, and `#[crdb_test]`.

#![cfg(unix)]

mod attribute;
mod counting;
mod faults;
mod marks;
mod playing;
mod retries;
mod support;
