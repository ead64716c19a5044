//! What the expansion of a derive names. Not part of the API: it changes without notice.

pub use crate::error::Result;
pub use crate::exec::{BoxFuture, Reaches, Tenant, Write};
pub use crate::query::{
    BelongsTo, Column, FromRow, Guard, Has, HasMany, HasOne, Insert, KeyType, KeyWriter, Keyed, LinkKey,
    ManyToMany, NewRow, Patch, PatchWriter, ReadsFrom, Rerun, RowReader, RowWriter, Set, SoftDelete, Table,
    Texts, UniqueKey, Unset, Versioned,
};
pub use crate::schema::const_check;
pub use crate::schema::{
    Action, Allowed, CdcQuery, ChangefeedDef, ChangefeedOption, CheckDef, ColumnDef, ColumnType,
    CompositeDef, CompositeField, Compression, DefaultValue, EnrichedProperties, EnumDef, Envelope,
    FamilyDef, ForeignKeyDef, Format, Identity, IndexDef, InitialScan, KeyPart, Locality, OnError,
    PartitionBy, PartitionDef, PartitionValue, PartitioningDef, PolicyCommand, PolicyDef, PolicyRole,
    PrimaryKeyDef, RowLevelSecurity, SchemaChangeEvents, SchemaChangePolicy, Shape, Sink, StorageParameter,
    StorageValue, TableDef, TtlDef, TypeName, VirtualColumns, ZoneConfig, ZoneConstraints, ZoneDef,
};
pub use crate::txn::Key;
pub use crate::types::{
    BoxError, CompositeReader, CompositeWriter, Field, IntoField, Nulls, SqlEnum, SqlType, Value,
};

pub use bytes::BytesMut;
pub use std::sync::OnceLock;
pub use uuid::Uuid;

/// The client-made key of an insert whose key was left out.
pub fn new_key() -> Uuid {
    Uuid::new_v4()
}

/// A column of a field's type.
pub const fn column(name: &'static str, field: &'static str, ty: ColumnType, nullable: bool) -> ColumnDef {
    ColumnDef::new(name, ty).field(field).nullable(nullable)
}

/// A label that the database has and the Rust enum has not.
pub fn unknown_label<T: SqlEnum>(raw: &[u8]) -> BoxError {
    crate::types::unknown_enum_label::<T>(raw)
}
