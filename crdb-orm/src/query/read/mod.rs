//! Reads of anything: columns and expressions of one table or of several that are joined.
//!
//! [`Select::select`](crate::query::Select::select) and [`Joined::select`] say what is read; the rows come as values,
//! tuples, whole tables or any `#[derive(CrdbRow)]` struct.

mod aggregate;
mod body;
mod cte;
mod effect;
mod joined;
mod list;
mod lock;
mod returning;
mod rows;
mod scope;
mod subquery;
mod window;

pub use self::aggregate::{Aggregate, count_rows};
pub use self::cte::{CteTable, NamedCte, With, with};
pub use self::effect::{Allows, Effect, Reads, Writes};
pub use self::joined::{Joined, On, on};
pub use self::list::{List, ReadsFrom, Selection, Whole, whole};
pub use self::lock::LockedRows;
pub use self::returning::Returning;
pub use self::rows::Rows;
pub use self::scope::{Alias, Contains, Extend, Maybe, ReachesAll, Relation, RelationSource, Slot};
pub use self::window::{Window, WindowFunction, dense_rank, rank, row_number, window};

pub(super) use self::body::{Body, JOIN, write_list};
