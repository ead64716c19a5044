//! Promise: rows go in and out as they are, and what does not fit is an error that says where.

mod bulk;
mod fit;
mod life;
mod patches;
mod tables;
mod upserts;
