//! Relations: rows with the rows that belong to them, loaded in one statement for each level.
//!
//! A struct declares its relations, and each becomes a constant ([`Link`]). A query says which of them it loads; what it
//! returns is a tuple, so the type tells what was loaded and nothing is ever read behind one's back.

mod exists;
mod join;
mod keys;
mod link;
mod load;
mod loading;
mod related;
mod shape;
mod text;

pub use self::keys::{KeyType, KeyWriter};
pub use self::link::{BelongsTo, HasMany, HasOne, Link, LinkKey, ManyToMany, gives_more};
pub use self::load::{Also, Load, LoadAll, OneRelation, RoomForMore};
pub use self::loading::Loading;
pub use self::related::Related;
pub(super) use self::shape::gather_one;
pub use self::shape::{AnyNumber, Belonging, ByTable, Inserts, Linked, Many, One, Shape, Uneven};
