//! Primary keys.

use crdb_orm::schema::{ColumnDef, ColumnType, KeyPart, PrimaryKeyDef, TableDef, TypeName};

use super::{CREATED_AT, Case, ID, KEY, case};

pub(super) const CASES: &[Case] = &[
    case("key_single", &[&SINGLE]),
    case("key_composite_desc", &[&COMPOSITE]),
    case("key_hash_sharded", &[&HASHED]),
    case("key_hash_sharded_buckets", &[&BUCKETS]),
];

const SINGLE: TableDef = TableDef::new(TypeName::new("things"), &[ID], KEY);

const SENSOR: ColumnDef = ColumnDef::new("sensor", ColumnType::Uuid);

const COMPOSITE: TableDef = TableDef::new(
    TypeName::new("readings"),
    &[SENSOR, CREATED_AT, ColumnDef::new("value", ColumnType::Float8)],
    PrimaryKeyDef::new(&[KeyPart::asc("sensor"), KeyPart::desc("created_at")]),
);

const HASHED: TableDef = TableDef::new(
    TypeName::new("events"),
    &[CREATED_AT, SENSOR],
    PrimaryKeyDef::new(&[KeyPart::asc("created_at"), KeyPart::asc("sensor")]).hash_sharded(None),
);

const BUCKETS: TableDef = TableDef::new(
    TypeName::new("events"),
    &[ColumnDef::new("number", ColumnType::Int8)],
    PrimaryKeyDef::new(&[KeyPart::asc("number")]).hash_sharded(Some(8)),
);
