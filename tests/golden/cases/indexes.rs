//! Secondary indexes.

use crdb_orm::schema::{IndexDef, KeyPart, TableDef, TypeName};

use super::{CREATED_AT, Case, EMAIL, ID, KEY, SHOWN, STATUS, case};

const USERS: TableDef = TableDef::new(TypeName::new("users"), &[ID, EMAIL, STATUS.unique(), CREATED_AT], KEY);

pub(super) const CASES: &[Case] = &[
    case(
        "index_named",
        &[&USERS.allowed(SHOWN).indexes(&[IndexDef::new(&[KeyPart::asc("email")]).name("by_email")])],
    ),
    case(
        "index_unnamed",
        &[&USERS.allowed(SHOWN).indexes(&[
            IndexDef::new(&[KeyPart::asc("email")]),
            IndexDef::new(&[KeyPart::asc("email"), KeyPart::asc("created_at")]),
            IndexDef::new(&[KeyPart::desc("email")]),
        ])],
    ),
    case(
        "index_unique",
        &[&USERS.allowed(SHOWN).indexes(&[
            IndexDef::new(&[KeyPart::asc("email")]).unique(),
            IndexDef::new(&[KeyPart::asc("status")]).unique(),
        ])],
    ),
    case(
        "index_order",
        &[&USERS.allowed(SHOWN).indexes(&[
            IndexDef::new(&[KeyPart::asc("email"), KeyPart::desc("created_at")]),
            IndexDef::new(&[KeyPart::asc("status"), KeyPart::desc("email")]),
            IndexDef::new(&[KeyPart::desc("status")]).name("users_status_desc"),
        ])],
    ),
    case(
        "index_partial",
        &[&USERS.allowed(SHOWN).indexes(&[
            IndexDef::new(&[KeyPart::asc("created_at")]).filter("status = 'it''s' AND email != ''"),
            IndexDef::new(&[KeyPart::asc("email")]).unique().filter("status IS NULL"),
        ])],
    ),
    case(
        "index_storing",
        &[&USERS
            .allowed(SHOWN)
            .indexes(&[IndexDef::new(&[KeyPart::asc("email")]).storing(&["status", "created_at"])])],
    ),
    case(
        "index_hash_sharded",
        &[&USERS.allowed(SHOWN).indexes(&[
            IndexDef::new(&[KeyPart::asc("created_at")]).hash_sharded(None),
            IndexDef::new(&[KeyPart::desc("created_at")]).name("by_time").hash_sharded(Some(32)),
        ])],
    ),
    case(
        "index_of_everything",
        &[&USERS.allowed(SHOWN).indexes(&[IndexDef::new(&[
            KeyPart::desc("created_at"),
            KeyPart::asc("status"),
        ])
        .name("everything")
        .unique()
        .hash_sharded(Some(4))
        .storing(&["email"])
        .filter("email != 'root@example.com'")])],
    ),
];
