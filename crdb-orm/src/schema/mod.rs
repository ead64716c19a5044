//! What a schema is, as plain const data, and how it is printed.
//!
//! The derive fills these structures in `const` items, so a schema costs nothing at run time until it is
//! printed. Nothing here knows of connections: see the `query` and `conn` rooms for those.

mod column;
mod column_type;
mod changefeed;
pub mod const_check;
pub(crate) mod ident;
mod index;
mod locality;
mod table;

pub use self::changefeed::{ChangefeedDef, ChangefeedOption, Envelope, InitialScan};
pub use self::column::{ColumnDef, Computed, DefaultValue, Size};
pub use self::column_type::{ColumnType, EnumDef};
pub use self::index::{Direction, HashSharding, IndexDef, KeyPart, PrimaryKeyDef};
pub use self::locality::{Locality, SurvivalGoal};
pub use self::table::{Action, CheckDef, ForeignKeyDef, TableDef, TypeName};
