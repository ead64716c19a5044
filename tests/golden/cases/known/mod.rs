//! Tables written by others, as structs: all of them can be said, and no red line refuses one.
//!
//! Where a text is VARCHAR, it is STRING here: CockroachDB keeps the name that it was written with, and nothing else of the
//! difference.

pub(super) mod docs;
pub(super) mod movr;
pub(super) mod projects;
pub(super) mod statements;
pub(super) mod tpcc;
pub(super) mod tpch;
