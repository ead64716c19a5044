//! Reads of anything: columns and expressions of one table or of several that are joined.
//!
//! [`Select::select`](crate::query::Select::select) and [`Joined::select`] say what is read; the rows come as values,
//! tuples, whole tables or any `#[derive(CrdbRow)]` struct.

mod aggregate;
mod body;
mod combined;
mod cte;
mod effect;
mod frame;
mod joined;
mod lateral;
mod list;
mod lock;
mod orders;
mod returning;
mod rows;
mod scope;
mod source;
mod subquery;
mod window;

pub use self::aggregate::{Aggregate, Collecting, OrderedSet, Plain, count_rows};
pub use self::combined::Combined;
pub use self::cte::{CteTable, NamedCte, Recursive, With, with};
pub use self::effect::{Allows, Effect, Reads, Writes};
pub use self::frame::{
    Between, CurrentRow, Distance, Excluded, Following, Frame, FrameEnd, Preceding, UnboundedFollowing,
    UnboundedPreceding, current_row, following, preceding, unbounded_following, unbounded_preceding,
};
pub use self::joined::{JoinOn, Joined, On, on};
pub use self::lateral::{ForEach, Lateral, Series, TableFunction, from, series, unnest};
pub use self::list::{List, ReadsFrom, Selection, Whole, whole};
pub use self::lock::LockedRows;
pub(super) use self::orders::Ordered;
pub use self::orders::{Orders, OrdersWithin};
pub use self::returning::Returning;
pub use self::rows::Rows;
pub use self::scope::{
    Alias, Contains, Extend, InnerJoins, Maybe, OneSelect, ReachesAll, Relation, RelationSource, Slot,
    TableRows,
};
pub use self::window::{
    Window, WindowFunction, cume_dist, dense_rank, ntile, percent_rank, rank, row_number, window,
};

pub(super) use self::body::{Body, JOIN, Join, write_list, write_lock};
pub(super) use self::lock::{Lock, Wait};
