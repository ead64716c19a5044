//! Typed queries: columns, conditions, and the statements made of them.
//!
//! A query produces a text and its values and knows nothing of connections or retries. Every text is one that
//! CockroachDB and PostgreSQL read alike, and every expression has the same SQL type on both: parameters are
//! announced with their types, and arithmetic and aggregates are cast.

mod batch;
mod batches;
mod builder;
mod bulk;
mod conflict;
mod delete;
mod explain;
mod guard;
mod hint;
#[macro_use]
mod expr;
mod insert;
mod insert_from;
mod joined_write;
mod key;
mod locked;
mod lost;
mod missed;
mod node;
mod once;
mod order;
mod page;
mod patch;
pub(crate) mod placeholders;
mod raw;
mod read;
mod relate;
mod row;
mod select;
mod shapes;
mod stamp;
mod stream;
mod table;
mod texts;
mod together;
mod tree;
mod unwritten;
mod update;
mod version;
mod writer;

pub use self::batch::{BatchStep, BatchSteps};
#[doc(hidden)]
pub use self::batch::{Stepped, Together};
pub use self::batches::{BatchProgress, InBatches};
pub use self::builder::InsertBuilder;
#[doc(hidden)]
pub use self::builder::{CloneFor, Complete};
pub use self::bulk::{
    ChangedRow, CopyIn, InsertMany, MissedRow, NewRow, Progress, ReturningMany, RowWriter, UpdateMany,
    Updated,
};
pub use self::conflict::{ConflictTarget, DoUpdate, OnConflict, UniqueKey};
pub use self::delete::{Delete, DeleteByKey};
#[doc(hidden)]
pub use self::explain::Explained;
pub use self::explain::{Explain, Plan, Step};
pub use self::expr::{
    Bind, Binds, Case, CaseOf, CastTo, Column, Divisible, Document, Either, Encoding, Expr, Filter,
    Fractional, Instant, IntoAssignment, IntoFilter, IntoOperand, JsonObject, Language, Moment, Numeric,
    Octets, Operand, OrderBy, Part, RowOf, RowValue, SortKey, Sorting, Unit, WholeNumber, case, clock,
    json_object, now, pi, random, random_uuid, row, text_query, value,
};
#[doc(hidden)]
pub use self::guard::Guard;
pub use self::guard::SoftDelete;
pub use self::insert::{Has, Insert, InsertOrIgnore, Set, Unset};
pub use self::insert_from::{Fills, InsertFrom, Takes};
pub use self::joined_write::{Assigning, DeleteJoined, Deleting, JoinedChange, JoinedWrite, UpdateJoined};
pub use self::key::IntoKey;
pub use self::locked::Locked;
pub use self::once::{Keyed, Rerun, ReturningWrite, SingleWrite};
#[cfg(any(fuzzing, test))]
pub(crate) use self::page::fuzz_cursor;
pub use self::page::{Cursor, IntoCursor, Page, Paged, Walk};
#[doc(hidden)]
pub use self::page::{Keyset, Pageable};
pub use self::patch::{Patch, PatchValue, PatchWriter, given};
#[doc(hidden)]
pub use self::placeholders::check as check_placeholders;
pub use self::raw::{ReadOnlySql, Sql};
pub use self::read::{
    Aggregate, Alias, Between, Collecting, Combined, Contains, CteTable, CurrentRow, Distance, Excluded,
    Extend, Following, ForEach, Frame, FrameEnd, InnerJoins, JoinOn, Joined, Lateral, List, LockedRows,
    Maybe, NamedCte, On, OneSelect, OrderedSet, Orders, OrdersWithin, Plain, Preceding, ReadsFrom, Recursive,
    Relation, RelationSource, Returning, Rows, Selection, Series, Slot, TableFunction, TableRows,
    UnboundedFollowing, UnboundedPreceding, Whole, Window, WindowFunction, With, count_rows, cume_dist,
    current_row, dense_rank, following, from, ntile, on, percent_rank, preceding, rank, row_number, series,
    unbounded_following, unbounded_preceding, unnest, whole, window, with,
};
pub use self::read::{Allows, Effect, ReachesAll, Reads, Writes};
#[doc(hidden)]
pub use self::relate::{
    Also, Belonging, KeyType, KeyWriter, LinkKey, LoadAll, OneRelation, Shape, Uneven, gives_more,
};
pub use self::relate::{
    AnyNumber, BelongsTo, ByTable, HasMany, HasOne, Inserts, Link, Linked, Load, Loading, Many, ManyToMany,
    One, Related, RoomForMore,
};
pub use self::row::{FromRow, RowReader};
pub use self::select::{Find, Select};
pub use self::stream::{RowStream, Streams};
pub use self::table::Table;
pub use self::texts::Texts;
pub use self::together::{Queries, Query};
#[doc(hidden)]
pub use self::tree::{Below, Grown, MayBeGiven, ParentKey};
pub use self::tree::{Branch, ChildOf, NestedRows, Tree, Trees};
pub use self::update::{Update, UpdateByKey};
pub use self::version::{VersionNumber, Versioned};

pub(crate) use self::row::read_all;
pub(crate) use self::writer::push_placeholder;
