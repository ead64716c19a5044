//! Names that need quotes, and names that are long.

use crdb_orm::schema::{
    CheckDef, ColumnDef, ColumnType, CompositeDef, CompositeField, DefaultValue, EnumDef, ForeignKeyDef,
    IndexDef, KeyPart, PrimaryKeyDef, TableDef, TypeName,
};

use super::{Case, ID, KEY, SHOWN, case};

pub(super) const CASES: &[Case] = &[
    case("names_keywords", &[&ORDER, &USER]),
    case("names_bare", &[&BARE]),
    case("names_odd", &[&ODD]),
    case("names_long", &[&LONG]),
    case("names_of_the_servers_types", &[&CALLED_LIKE_TYPES]),
];

const GROUP: EnumDef = EnumDef { name: TypeName::new("group"), labels: &["select"], comment: None };
const USER: TableDef =
    TableDef::new(TypeName::new("user"), &[ID, ColumnDef::new("table", ColumnType::Int8)], KEY);
const ORDER: TableDef = TableDef::new(
    TypeName::new("order"),
    &[
        ColumnDef::new("primary", ColumnType::Uuid),
        ColumnDef::new("user", ColumnType::Uuid),
        ColumnDef::new("index", ColumnType::Int8).unique(),
        ColumnDef::new("family", ColumnType::Int8),
        ColumnDef::new("group", ColumnType::Enum(&GROUP)).default(DefaultValue::Text("select")),
        ColumnDef::new("values", ColumnType::Int8).computed("\"index\" + 1", true),
    ],
    PrimaryKeyDef::new(&[KeyPart::asc("primary")]),
)
.allowed(SHOWN)
.indexes(&[IndexDef::new(&[KeyPart::desc("family")]).name("check").storing(&["values"])])
.foreign_keys(&[ForeignKeyDef::new(&["user"], TypeName::new("user"), &["id"])])
.checks(&[CheckDef::new("\"index\" > 0").name("where")])
.comment("Keywords.");

const PATH: EnumDef = EnumDef {
    name: TypeName::new("path"),
    labels: &["steep", "flat"],
    comment: Some("Not a geometric one."),
};
const TEXT: EnumDef = EnumDef { name: TypeName::new("text"), labels: &["long"], comment: None };
const MONEY: CompositeDef = CompositeDef::new(
    TypeName::new("money"),
    &[CompositeField::new("amount", ColumnType::Int8), CompositeField::new("currency", ColumnType::String)],
);
const CALLED_LIKE_TYPES: TableDef = TableDef::new(
    TypeName::new("hikes"),
    &[
        ID,
        ColumnDef::new("path", ColumnType::Enum(&PATH)).default(DefaultValue::Text("flat")),
        ColumnDef::new("texts", ColumnType::Array(&ColumnType::Enum(&TEXT))),
        ColumnDef::new("fee", ColumnType::Composite(&MONEY)).nullable(true),
    ],
    KEY,
);

/// Words that are keywords of no server's reserved kind, or none at all.
const BARE: TableDef = TableDef::new(
    TypeName::new("data"),
    &[
        ID,
        ColumnDef::new("name", ColumnType::String),
        ColumnDef::new("email", ColumnType::String),
        ColumnDef::new("status", ColumnType::String),
        ColumnDef::new("total", ColumnType::String),
        ColumnDef::new("region", ColumnType::String),
        ColumnDef::new("balance", ColumnType::String),
        ColumnDef::new("key", ColumnType::String),
        ColumnDef::new("value", ColumnType::String),
        ColumnDef::new("type", ColumnType::String),
        ColumnDef::new("note", ColumnType::String),
        ColumnDef::new("owner", ColumnType::String),
        ColumnDef::new("version", ColumnType::String),
        ColumnDef::new("payload", ColumnType::String),
        ColumnDef::new("title", ColumnType::String),
        ColumnDef::new("body", ColumnType::String),
        ColumnDef::new("data", ColumnType::String),
        ColumnDef::new("date", ColumnType::String),
        ColumnDef::new("level", ColumnType::String),
        ColumnDef::new("role", ColumnType::String),
        ColumnDef::new("schema", ColumnType::String),
        ColumnDef::new("language", ColumnType::String),
        ColumnDef::new("year", ColumnType::String),
        ColumnDef::new("text", ColumnType::String),
    ],
    KEY,
);

const ODD: TableDef = TableDef::new(
    TypeName::new("Größe \"XL\"; --"),
    &[
        ID,
        ColumnDef::new("CamelCase", ColumnType::Int8).unique(),
        ColumnDef::new("two words", ColumnType::Int8),
        ColumnDef::new("1st", ColumnType::Int8),
        ColumnDef::new("dollar$", ColumnType::Int8),
        ColumnDef::new("it's", ColumnType::Int8),
        ColumnDef::new("数", ColumnType::Int8).comment("A number."),
    ],
    KEY,
)
.allowed(SHOWN)
.indexes(&[IndexDef::new(&[KeyPart::asc("two words"), KeyPart::desc("数")])]);

const LONG_NAME: &str = "a_name_that_is_as_long_as_a_name_can_be_and_not_a_byte_longer_x";
const LONG: TableDef = TableDef::new(
    TypeName::new(LONG_NAME),
    &[ID, ColumnDef::new(LONG_NAME, ColumnType::Uuid).unique().nullable(true)],
    KEY,
)
.allowed(SHOWN)
.indexes(&[IndexDef::new(&[KeyPart::asc(LONG_NAME)]), IndexDef::new(&[KeyPart::asc(LONG_NAME)])])
.foreign_keys(&[ForeignKeyDef::new(&[LONG_NAME], TypeName::new(LONG_NAME), &["id"])])
.checks(&[CheckDef::new("true")]);
