//! Tables written by others, as structs: all of them can be said, and no red line refuses one.
//!
//! Where a text is limited by CHAR(n) or VARCHAR(n), it is STRING(n) here, as CockroachDB shows both.

pub(super) mod docs;
pub(super) mod movr;
pub(super) mod statements;
pub(super) mod tpcc;
pub(super) mod tpch;
