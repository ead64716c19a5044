//! Promise: a handle of one tenant touches no row of another one, and deleted rows are nowhere unless they are asked for,
//! whatever the statement.

mod places;
mod refused;
mod same;
mod soft;
mod tables;
mod tenants;
mod texts;
