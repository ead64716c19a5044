//! Promise: an expression has the same SQL type on every server, and the value that it says.

mod bad;
mod kinds;
mod plans;
mod reads;
mod tables;
mod texts;
