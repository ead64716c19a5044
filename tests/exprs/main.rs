//! Promise: an expression has the same SQL type on every server, and the value that it says.

mod bad;
mod called;
mod joins;
mod kinds;
mod namesakes;
mod oids;
mod plans;
mod reads;
mod sets;
mod tables;
mod texts;
mod words;
mod writes;
