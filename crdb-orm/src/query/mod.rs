//! Typed queries: columns, conditions, and the statements made of them.
//!
//! A query produces a text and its values and knows nothing of connections or retries. Every text is one that
//! CockroachDB and PostgreSQL read alike, and every expression has the same SQL type on both: parameters are
//! announced with their types, and arithmetic and aggregates are cast.

mod bulk;
mod conflict;
mod delete;
mod explain;
#[macro_use]
mod expr;
mod insert;
mod key;
mod node;
mod once;
mod order;
mod page;
mod patch;
mod placeholders;
mod raw;
mod read;
mod relate;
mod row;
mod select;
mod stream;
mod table;
mod texts;
mod together;
mod update;
mod version;
mod writer;

pub use self::bulk::{ChangedRow, InsertMany, MissedRow, NewRow, Progress, RowWriter, UpdateMany, Updated};
pub use self::conflict::{ConflictTarget, DoUpdate, OnConflict, UniqueKey};
pub use self::delete::{Delete, DeleteByKey};
pub use self::explain::{Explain, Plan, Step};
pub use self::expr::{
    Case, CaseOf, CastTo, Column, Divisible, Document, Either, Expr, Filter, Fractional, IntoAssignment,
    IntoOperand, Language, Moment, Numeric, Operand, OrderBy, Part, RowOf, RowValue, Sorting, Unit,
    UnknownSort, case, now, row, text_query,
};
pub use self::insert::{Has, Insert, InsertOrIgnore, Set, Unset};
pub use self::key::{IntoKey, Key};
pub use self::once::{Keyed, Rerun, ReturningWrite, SingleWrite};
pub use self::page::{Cursor, IntoCursor, Page, Paged, Walk};
pub use self::patch::{Patch, PatchValue, PatchWriter, given};
#[doc(hidden)]
pub use self::placeholders::check as check_placeholders;
pub use self::raw::Sql;
pub use self::read::{
    Aggregate, Alias, Contains, CteTable, Extend, Joined, List, LockedRows, Maybe, NamedCte, On, ReadsFrom,
    Relation, RelationSource, Returning, Rows, Selection, Slot, Whole, Window, WindowFunction, With,
    count_rows, dense_rank, on, rank, row_number, whole, window, with,
};
pub use self::read::{Allows, Effect, Reads, Writes};
pub use self::relate::{
    Also, BelongsTo, HasMany, HasOne, Link, Load, Loading, Many, ManyToMany, One, Related,
};
#[doc(hidden)]
pub use self::relate::{Belonging, KeyType, KeyWriter, LinkKey, LoadAll, Shape, Uneven};
pub use self::row::{FromRow, RowReader};
pub use self::select::{Find, Locked, Select};
pub use self::stream::RowStream;
pub use self::table::Table;
pub use self::texts::Texts;
pub use self::together::{Queries, Query};
pub use self::update::{Update, UpdateByKey};
pub use self::version::{VersionNumber, Versioned};

pub(crate) use self::row::read_all;
