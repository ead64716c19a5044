//! Types, sizes, defaults and computed columns.

use crdb_orm::schema::{Allowed, ColumnDef, ColumnType, DefaultValue, EnumDef, TableDef, TypeName};

use super::{Case, ID, KEY, case, regions};

pub(super) const CASES: &[Case] = &[
    case("column_types", &[&TYPES]),
    case("column_arrays", &[&ARRAYS]),
    case("column_nullable", &[&NULLABLE]),
    case("column_sizes", &[&SIZES]),
    case("column_defaults", &[&DEFAULTS]),
    case("column_computed_stored", &[&STORED]),
    case("column_computed_virtual", &[&VIRTUAL]),
    case("column_unique", &[&UNIQUE]),
    case("enum_array", &[&ENUM_ARRAY]),
    case("enum_of_two_tables", &[&ENUM_ARRAY, &ENUM_AGAIN]),
    case("enum_labels_with_quotes", &[&ODD_LABELS]),
    regions(
        "column_regions",
        &[&REGIONS.allowed(&[Allowed::new("missing_locality", "it is read in one region")])],
    ),
];

const TYPES: TableDef = TableDef::new(
    TypeName::new("things"),
    &[
        ID,
        ColumnDef::new("a_bool", ColumnType::Bool),
        ColumnDef::new("an_int2", ColumnType::Int2),
        ColumnDef::new("an_int4", ColumnType::Int4),
        ColumnDef::new("an_int8", ColumnType::Int8),
        ColumnDef::new("a_float4", ColumnType::Float4),
        ColumnDef::new("a_float8", ColumnType::Float8),
        ColumnDef::new("a_decimal", ColumnType::Decimal),
        ColumnDef::new("a_string", ColumnType::String),
        ColumnDef::new("some_bytes", ColumnType::Bytes),
        ColumnDef::new("a_uuid", ColumnType::Uuid),
        ColumnDef::new("some_json", ColumnType::Jsonb),
        ColumnDef::new("an_inet", ColumnType::Inet),
        ColumnDef::new("a_date", ColumnType::Date),
        ColumnDef::new("a_time", ColumnType::Time),
        ColumnDef::new("a_timestamp", ColumnType::Timestamp),
        ColumnDef::new("a_timestamptz", ColumnType::TimestampTz),
        ColumnDef::new("a_color", ColumnType::Enum(&COLOR)),
    ],
    KEY,
);

const ARRAYS: TableDef = TableDef::new(
    TypeName::new("things"),
    &[
        ID,
        ColumnDef::new("numbers", ColumnType::Array(&ColumnType::Int4)),
        ColumnDef::new("tags", ColumnType::Array(&ColumnType::String)).default(DefaultValue::Text("{}")),
        ColumnDef::new("codes", ColumnType::Array(&ColumnType::String)).length(8),
        ColumnDef::new("prices", ColumnType::Array(&ColumnType::Decimal)).decimal(10, 2).nullable(true),
        ColumnDef::new("blobs", ColumnType::Array(&ColumnType::Bytes)),
    ],
    KEY,
);

const NULLABLE: TableDef = TableDef::new(
    TypeName::new("things"),
    &[
        ID,
        ColumnDef::new("note", ColumnType::String).nullable(true),
        ColumnDef::new("count", ColumnType::Int8).nullable(true).default(DefaultValue::Sql("0")),
    ],
    KEY,
);

const SIZES: TableDef = TableDef::new(
    TypeName::new("things"),
    &[
        ID,
        ColumnDef::new("total", ColumnType::Decimal).decimal(10, 2),
        ColumnDef::new("whole", ColumnType::Decimal).decimal(19, 0),
        ColumnDef::new("code", ColumnType::String).length(3),
    ],
    KEY,
);

const DEFAULTS: TableDef = TableDef::new(
    TypeName::new("things"),
    &[
        ID,
        ColumnDef::new("color", ColumnType::Enum(&COLOR)).default(DefaultValue::Text("green")),
        ColumnDef::new("title", ColumnType::String).default(DefaultValue::Text("it's")),
        ColumnDef::new("path", ColumnType::String).default(DefaultValue::Text("C:\\temp\\new\nline")),
        ColumnDef::new("empty", ColumnType::String).default(DefaultValue::Text("")),
        ColumnDef::new("day", ColumnType::Date).default(DefaultValue::Text("2024-02-29")),
        ColumnDef::new("data", ColumnType::Jsonb).default(DefaultValue::Text("{\"a\": [1, \"ü\"]}")),
        ColumnDef::new("count", ColumnType::Int4).default(DefaultValue::Sql("(1 + 2)")),
        ColumnDef::new("due", ColumnType::TimestampTz)
            .default(DefaultValue::Sql("now() + '1 day'::INTERVAL")),
    ],
    KEY,
);

const STORED: TableDef = TableDef::new(
    TypeName::new("lines"),
    &[
        ID,
        ColumnDef::new("quantity", ColumnType::Int8),
        ColumnDef::new("price", ColumnType::Int8),
        ColumnDef::new("total", ColumnType::Int8).computed("quantity * price", true),
        ColumnDef::new("half", ColumnType::Int8).nullable(true).computed("price - 1", true),
    ],
    KEY,
);

const VIRTUAL: TableDef = TableDef::new(
    TypeName::new("lines"),
    &[
        ID,
        ColumnDef::new("name", ColumnType::String),
        ColumnDef::new("lower_name", ColumnType::String).computed("lower(name)", false),
    ],
    KEY,
);

const UNIQUE: TableDef = TableDef::new(
    TypeName::new("users"),
    &[
        ID,
        ColumnDef::new("email", ColumnType::String).unique(),
        ColumnDef::new("phone", ColumnType::String).nullable(true).unique(),
    ],
    KEY,
);

const COLOR: EnumDef =
    EnumDef { name: TypeName::new("color"), labels: &["red", "green", "blue"], comment: None };

const ENUM_ARRAY: TableDef = TableDef::new(
    TypeName::new("palettes"),
    &[
        ID,
        ColumnDef::new("colors", ColumnType::Array(&ColumnType::Enum(&COLOR))),
        ColumnDef::new("extra", ColumnType::Array(&ColumnType::Enum(&COLOR)))
            .default(DefaultValue::Text("{red}")),
    ],
    KEY,
);

const ENUM_AGAIN: TableDef =
    TableDef::new(TypeName::new("pens"), &[ID, ColumnDef::new("color", ColumnType::Enum(&COLOR))], KEY);

const ODD: EnumDef = EnumDef {
    name: TypeName::new("Odd type"),
    labels: &["it's", "back\\slash", "größer", "two words"],
    comment: None,
};
const ODD_LABELS: TableDef = TableDef::new(
    TypeName::new("things"),
    &[ID, ColumnDef::new("odd", ColumnType::Enum(&ODD)).default(DefaultValue::Text("it's"))],
    KEY,
);

const REGIONS: TableDef = TableDef::new(
    TypeName::new("places"),
    &[
        ID,
        ColumnDef::new("region", ColumnType::Region).default(DefaultValue::Text("us-east1")),
        ColumnDef::new("copies", ColumnType::Array(&ColumnType::Region)),
    ],
    KEY,
);
