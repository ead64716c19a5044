//! Promise: a handle of one tenant touches no row of another one, and deleted rows are nowhere unless they are asked for,
//! whatever the statement.

#![allow(clippy::duplicated_attributes, reason = "columns may be in several indexes")]

mod kinds;
mod places;
mod refused;
mod same;
mod soft;
mod tables;
mod tenants;
mod texts;
mod trees;
