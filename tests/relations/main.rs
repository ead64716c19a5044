//! Promise: rows come with the rows that belong to them, in one statement for each relation, whatever their number.

#![allow(clippy::type_complexity, reason = "the types that are loaded are what is tested")]

mod exists;
mod load;
mod pages;
mod plans;
mod tables;
mod texts;
