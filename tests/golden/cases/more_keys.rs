//! Forms of keys and lengths: how a key is stored and hashed, a key that only clients make, foreign keys to unique indexes,
//! texts of a length.
#![allow(dead_code, reason = "only the tables are looked at")]
#![allow(clippy::duplicated_attributes, reason = "two of one kind are no duplicate")]

use crdb_orm::prelude::*;
use crdb_orm::schema::{
    ColumnDef, ColumnType, DefaultValue, IndexDef, KeyPart, PrimaryKeyDef, StorageParameter, StorageValue,
    TableDef, TypeName,
};

use super::{CREATED_AT, Case, ID, KEY, case, regions};

pub(super) const CASES: &[Case] = &[
    case("key_storage_parameters", &[&STORED, &SHARDED_AND_STORED, Reading::TABLE, Stored::TABLE]),
    regions("key_skips_unique_checks", &[Regional::TABLE]),
    case("key_shard_columns", &[&SHARDED, Event::TABLE, Shipment::TABLE]),
    case("key_of_clients_alone", &[Document::TABLE, Upload::TABLE]),
    case("foreign_key_to_a_unique_index", &[Guest::TABLE, Room::TABLE, Node::TABLE]),
    case("column_lengths", &[&LENGTHS, Code::TABLE]),
];

const STORED: TableDef = TableDef::new(
    TypeName::new("stored"),
    &[ID],
    KEY.storage(&[StorageParameter::new("fillfactor", StorageValue::Integer(70))]),
);

const SHARDED_AND_STORED: TableDef = TableDef::new(
    TypeName::new("sharded and stored"),
    &[CREATED_AT, ID],
    PrimaryKeyDef::new(&[KeyPart::asc("created_at"), KeyPart::asc("id")])
        .hash_sharded(Some(8))
        .storage(&[StorageParameter::new("fillfactor", StorageValue::Integer(70))]),
);

#[derive(CrdbTable)]
#[crdb(table = "readings", primary_key(sensor, at desc, storage(fillfactor = 80), name = "the key"))]
struct Reading {
    sensor: i64,
    at: DateTime<Utc>,
}

#[derive(CrdbTable)]
#[crdb(table = "stored_by_a_field")]
struct Stored {
    #[crdb(primary_key(hash_sharded = 4, storage(fillfactor = 90)))]
    id: i64,
}

#[derive(CrdbTable)]
#[crdb(table = "regional", locality = regional_by_row(region), primary_key(id, storage(skip_unique_checks = true)))]
struct Regional {
    #[crdb(default = gen_random_uuid())]
    id: Uuid,
    region: Region,
}

const SHARDED: TableDef = TableDef::new(
    TypeName::new("sharded"),
    &[ColumnDef::new("a \"b\"", ColumnType::Int8), CREATED_AT],
    PrimaryKeyDef::new(&[KeyPart::asc("a \"b\""), KeyPart::asc("created_at")])
        .shard_columns(&["a \"b\"", "created_at"]),
)
.indexes(&[IndexDef::new(&[KeyPart::desc("created_at"), KeyPart::asc("a \"b\"")])
    .hash_sharded(Some(4))
    .shard_columns(&["created_at"])]);

#[derive(CrdbTable)]
#[crdb(table = "events", primary_key(tenant, at, id, hash_sharded(on(tenant), buckets = 8)))]
#[crdb(index(on(at, tenant), hash_sharded(on(at, tenant))))]
struct Event {
    tenant: i64,
    at: DateTime<Utc>,
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "shipments")]
struct Shipment {
    #[crdb(primary_key(hash_sharded(buckets = 8)))]
    order: i64,
    #[crdb(primary_key)]
    number: i64,
}

#[derive(CrdbTable)]
#[crdb(table = "documents")]
struct Document {
    #[crdb(primary_key, default = none)]
    id: Uuid,
}

#[derive(CrdbType, Debug, Clone, Copy)]
struct UploadId(Uuid);

#[derive(CrdbTable)]
#[crdb(table = "uploads")]
struct Upload {
    #[crdb(primary_key, default = none)]
    id: UploadId,
}

#[derive(CrdbTable)]
#[crdb(table = "rooms", index(on(house, number desc), unique), index(rooms_key, on(code), unique, hash_sharded = 4))]
struct Room {
    #[crdb(primary_key)]
    id: Uuid,
    house: String,
    number: i64,
    code: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(table = "guests", index(on(house, room)))]
#[crdb(foreign_key(house, room, references = Room, key = (Room::HOUSE, Room::NUMBER), on_delete = cascade))]
struct Guest {
    #[crdb(primary_key)]
    id: Uuid,
    house: String,
    room: i64,
    #[crdb(references(Room, key = Room::CODE), index)]
    code: Option<String>,
}

/// It refers to an index of its own.
#[derive(CrdbTable)]
#[crdb(table = "nodes", index(on(name), unique))]
struct Node {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
    #[crdb(references(Node, key = Node::NAME), index)]
    parent: Option<String>,
}

const LENGTHS: TableDef = TableDef::new(
    TypeName::new("lengths"),
    &[
        ID,
        ColumnDef::new("text", ColumnType::String).length(8),
        ColumnDef::new("words", ColumnType::String).varchar(8).default(DefaultValue::Text("new")),
        ColumnDef::new("letters", ColumnType::String).char(8).nullable(true).collate("de"),
        ColumnDef::new("list", ColumnType::Array(&ColumnType::String)).varchar(100),
        ColumnDef::new("flags", ColumnType::VarBit).bits(4),
    ],
    KEY,
);

#[derive(CrdbTable)]
#[crdb(table = "codes")]
struct Code {
    #[crdb(primary_key, char(2))]
    country: String,
    #[crdb(varchar(100), unique)]
    name: String,
    #[crdb(varchar(20), default = "none")]
    kind: Option<String>,
    #[crdb(char(3), check = "length(short) > 0")]
    short: String,
    #[crdb(varchar(10))]
    words: Vec<String>,
    #[crdb(string(10))]
    plain: String,
}
