//! Promise: a builder writes the text that a person would, the same for both servers, with the values bound.

mod exprs;
mod keys;
mod reads;
mod tables;
mod writes;
