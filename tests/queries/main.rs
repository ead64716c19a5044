//! Promise: a builder writes the text that a person would, the same for both servers, with the values bound.

mod bulk;
mod collated;
mod exprs;
mod given;
mod keys;
mod locks;
mod patches;
mod reads;
mod tables;
mod upserts;
mod writes;
