//! What the expansion of a derive names. Not part of the API: it changes without notice.

pub use crate::error::Result;
pub use crate::exec::Tenant;
pub use crate::query::{
    BelongsTo, ChildOf, CloneFor, Column, Complete, FromRow, Guard, Has, HasMany, HasOne, Insert,
    InsertBuilder, KeyType, KeyWriter, LinkKey, ManyToMany, MayBeGiven, NewRow, ParentKey, Patch,
    PatchWriter, ReadsFrom, RowReader, RowWriter, Set, SoftDelete, Table, Texts, UniqueKey, Unset, Versioned,
    gives_more,
};
pub use crate::schema::const_check;
pub use crate::schema::{
    Action, Allowed, CdcQuery, ChangefeedDef, ChangefeedOption, CheckDef, ColumnDef, ColumnType,
    CompositeDef, CompositeField, Compression, DefaultValue, EnrichedProperties, EnumDef, Envelope,
    FamilyDef, ForeignKeyDef, Format, Identity, IndexDef, InitialScan, IntervalFields, KeyPart, Locality,
    OnError, PartitionBy, PartitionDef, PartitionValue, PartitioningDef, PolicyCommand, PolicyDef,
    PolicyRole, PrimaryKeyDef, RowLevelSecurity, SchemaChangeEvents, SchemaChangePolicy, SequenceCache,
    SequenceOptions, Shape, Sink, StorageParameter, StorageValue, TableDef, TtlDef, TypeName, VirtualColumns,
    ZoneConfig, ZoneConstraints, ZoneDef, ZoneField,
};
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

/// The SQL type of a column.
pub const fn type_of<T, F: Field>(_column: Column<T, F>) -> ColumnType {
    F::TYPE
}

/// A label that the database has and the Rust enum has not.
pub fn unknown_label<T: SqlEnum>(raw: &[u8]) -> BoxError {
    crate::types::unknown_enum_label::<T>(raw)
}
