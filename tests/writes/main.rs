//! Promise: what is written in bulk, in batches, together or in a tree is written wholly or in parts that are named.

mod bad;
mod batches;
mod copy;
mod tables;
mod texts;
mod together;
mod tree;
mod updated_at;
