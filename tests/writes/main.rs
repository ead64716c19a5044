//! Promise: what is written in bulk, in batches, together or in a tree is written wholly or in parts that are named.

#![expect(
    clippy::single_range_in_vec_init,
    reason = "what is told of a write is a list of ranges, often of one"
)]

mod bad;
mod batches;
mod copy;
mod refused;
mod returning;
mod rounded;
mod saved;
mod streams;
mod tables;
mod texts;
mod together;
mod told;
mod tree;
mod updated_at;
