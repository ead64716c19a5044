//! The server for development and tests, and the database of its own that each test gets.
//!
//! Promise: one is found or started in a moment, it belongs to one run alone, and nothing is left of it afterwards.

#![cfg(unix)]

mod support;

mod cockroach;
mod databases;
mod ending;
mod missing;
mod starting;
