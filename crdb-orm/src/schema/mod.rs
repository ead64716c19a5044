//! What a schema is, as plain const data, and how it is printed.
//!
//! The derive fills these structures in `const` items, so a schema costs nothing at run time until it is
//! printed. Nothing here knows of connections: see the `query` and `conn` rooms for those.

mod changefeed;
mod column;
mod column_type;
pub mod const_check;
mod ddl;
mod feature;
pub(crate) mod ident;
mod index;
mod keywords;
mod locality;
mod nearest;
mod object;
mod partition;
mod picture;
mod policy;
mod red_line;
mod regions;
#[expect(clippy::module_inception, reason = "the file holds the type of that name")]
mod schema;
mod sequence;
mod sql_schema;
mod sql_text;
mod storage;
mod table;
mod table_check;
mod target;
mod ttl;
mod zone;

pub use self::changefeed::{
    AlterChangefeed, CdcQuery, ChangefeedDef, ChangefeedError, ChangefeedErrorKind, ChangefeedJob,
    ChangefeedOption, ChangefeedSchedule, ChangefeedTarget, CloudStorageSink, Compression,
    EnrichedProperties, Envelope, Format, InitialScan, KafkaCompression, KafkaSink, KafkaSinkConfig, OnError,
    OnExecutionFailure, OnPreviousRunning, PubSubSink, PulsarSink, RequiredAcks, SchemaChangeEvents,
    SchemaChangePolicy, SchemaChangefeed, Sink, SinkBatching, SinkKind, VirtualColumns, WebhookSink,
};
pub use self::column::{ColumnDef, Computed, DefaultValue, Identity, IntervalFields, Shape, Size};
pub use self::column_type::{ColumnType, CompositeDef, CompositeField, EnumDef};
pub use self::ddl::{Ddl, DdlKind, DdlStatement};
pub use self::feature::Feature;
pub use self::index::{Direction, HashSharding, IndexDef, IndexMethod, KeyPart, PrimaryKeyDef};
pub use self::locality::{Locality, Placement, SuperRegionDef, SurvivalGoal};
pub use self::object::{SqlObject, SqlObjectKind};
pub use self::partition::{
    PartitionBy, PartitionDef, PartitionMethod, PartitionValue, PartitionValues, PartitioningDef,
};
pub use self::policy::{PolicyCommand, PolicyDef, PolicyRole, RowLevelSecurity};
pub use self::red_line::{Allowed, RED_LINES, RedLine};
pub use self::schema::Schema;
pub use self::sequence::{SequenceCache, SequenceDef, SequenceOptions, SequenceType};
pub use self::sql_schema::SqlSchemaDef;
pub use self::storage::{FamilyDef, StorageParameter, StorageValue};
pub use self::table::{Action, CheckDef, ForeignKeyDef, TableDef, TypeName};
pub use self::target::{Dialect, Target};
pub use self::ttl::{TtlDef, TtlExpiry};
pub use self::zone::{LocalityZone, ZoneConfig, ZoneConstraints, ZoneDef, ZoneField, ZoneLocality};
