//! SQL schemas.

use crdb_orm::schema::{
    ColumnDef, ColumnType, DefaultValue, EnumDef, ForeignKeyDef, IndexDef, KeyPart, TableDef, TypeName,
};

use super::{CREATED_AT, Case, ID, KEY, SHOWN, case};

pub(super) const CASES: &[Case] = &[
    case("sql_schemas", &[&SALES_ORDERS, &ORDERS]),
    case("sql_schema_of_an_enum", &[&TICKETS]),
    case("sql_schema_public", &[&PUBLIC]),
];

const ORDERS: TableDef = TableDef::new(TypeName::new("orders"), &[ID, CREATED_AT], KEY)
    .allowed(SHOWN)
    .indexes(&[IndexDef::new(&[KeyPart::asc("created_at")]).name("by_time")]);

/// It has the name of a table in another SQL schema, and so has its index.
const SALES_ORDERS: TableDef = TableDef::new(
    TypeName::new("orders").in_schema("sales"),
    &[ID, CREATED_AT.comment("When."), ColumnDef::new("origin", ColumnType::Uuid)],
    KEY,
)
.allowed(SHOWN)
.indexes(&[IndexDef::new(&[KeyPart::asc("created_at")]).name("by_time")])
.foreign_keys(&[ForeignKeyDef::new(&["origin"], TypeName::new("orders").in_schema("public"), &["id"])])
.comment("Sold.");

const STATE: EnumDef = EnumDef {
    name: TypeName::new("State").in_schema("types"),
    labels: &["open", "closed"],
    comment: Some("State."),
};
const TICKETS: TableDef = TableDef::new(
    TypeName::new("tickets").in_schema("help desk"),
    &[
        ID,
        ColumnDef::new("state", ColumnType::Enum(&STATE)).default(DefaultValue::Text("open")),
        ColumnDef::new("states", ColumnType::Array(&ColumnType::Enum(&STATE))),
    ],
    KEY,
);

const PUBLIC: TableDef = TableDef::new(TypeName::new("things").in_schema("public"), &[ID], KEY);
