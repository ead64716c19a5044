//! Promise: rows come with the rows that belong to them, in one statement for each relation, whatever their number.

mod load;
mod tables;
mod texts;
