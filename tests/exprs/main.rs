//! Promise: an expression has the same SQL type on every server, and the value that it says.

mod kinds;
mod reads;
mod tables;
