//! Foreign keys, and the order of tables.

use crdb_orm::schema::{
    Action, ColumnDef, ColumnType, DefaultValue, ForeignKeyDef, KeyPart, PrimaryKeyDef, TableDef, TypeName,
};

use super::{Case, ID, KEY, SHOWN, case};

pub(super) const CASES: &[Case] = &[
    case("foreign_key_actions", &[&ACTIONS, &PARENTS]),
    case("foreign_key_composite", &[&LINES, &DOCUMENTS]),
    case("foreign_key_to_itself", &[&NODES]),
    case("foreign_key_cycle", &[&BEFORE_THE_CYCLE, &EMPLOYEES, &TEAMS]),
    case("foreign_keys_of_one_column", &[&TWICE, &PARENTS]),
];

const PARENT: TypeName = TypeName::new("parents");
const PARENTS: TableDef = TableDef::new(PARENT, &[ID], KEY);

const fn reference(name: &'static str) -> ColumnDef {
    ColumnDef::new(name, ColumnType::Uuid).nullable(true)
}

const ACTIONS: TableDef = TableDef::new(
    TypeName::new("children"),
    &[
        ID,
        reference("nothing_id"),
        reference("restrict_id"),
        reference("cascade_id"),
        reference("null_id"),
        reference("default_id").default(DefaultValue::Text("00000000-0000-0000-0000-000000000000")),
    ],
    KEY,
)
.allowed(SHOWN)
.foreign_keys(&[
    ForeignKeyDef::new(&["nothing_id"], PARENT, &["id"]),
    ForeignKeyDef::new(&["restrict_id"], PARENT, &["id"])
        .on_delete(Action::Restrict)
        .on_update(Action::Restrict),
    ForeignKeyDef::new(&["cascade_id"], PARENT, &["id"])
        .on_delete(Action::Cascade)
        .on_update(Action::Cascade),
    ForeignKeyDef::new(&["null_id"], PARENT, &["id"]).on_delete(Action::SetNull).on_update(Action::SetNull),
    ForeignKeyDef::new(&["default_id"], PARENT, &["id"])
        .on_delete(Action::SetDefault)
        .on_update(Action::SetDefault),
]);

const DOCUMENTS: TableDef = TableDef::new(
    TypeName::new("documents"),
    &[ColumnDef::new("tenant", ColumnType::Uuid), ID],
    PrimaryKeyDef::new(&[KeyPart::asc("tenant"), KeyPart::asc("id")]),
);
const LINES: TableDef = TableDef::new(
    TypeName::new("lines"),
    &[ID, ColumnDef::new("tenant", ColumnType::Uuid), ColumnDef::new("document", ColumnType::Uuid)],
    KEY,
)
.allowed(SHOWN)
.foreign_keys(&[ForeignKeyDef::new(&["tenant", "document"], TypeName::new("documents"), &["tenant", "id"])
    .on_delete(Action::Cascade)]);

const NODES: TableDef =
    TableDef::new(TypeName::new("nodes"), &[ID, reference("parent")], KEY).allowed(SHOWN).foreign_keys(&[
        ForeignKeyDef::new(&["parent"], TypeName::new("nodes"), &["id"]).on_delete(Action::Cascade),
    ]);

/// It refers into the cycle, and is in none: its key needs no statement of its own.
const BEFORE_THE_CYCLE: TableDef = TableDef::new(TypeName::new("badges"), &[ID, reference("employee")], KEY)
    .allowed(SHOWN)
    .foreign_keys(&[ForeignKeyDef::new(&["employee"], TypeName::new("employees"), &["id"])]);
const EMPLOYEES: TableDef =
    TableDef::new(TypeName::new("employees"), &[ID, reference("team"), reference("boss")], KEY)
        .allowed(SHOWN)
        .foreign_keys(&[
            ForeignKeyDef::new(&["team"], TypeName::new("teams"), &["id"]).on_delete(Action::SetNull),
            ForeignKeyDef::new(&["boss"], TypeName::new("employees"), &["id"]),
        ]);
const TEAMS: TableDef = TableDef::new(TypeName::new("teams"), &[ID, reference("lead")], KEY)
    .allowed(SHOWN)
    .foreign_keys(&[ForeignKeyDef::new(&["lead"], TypeName::new("employees"), &["id"])]);

const TWICE: TableDef =
    TableDef::new(TypeName::new("children"), &[ID, reference("parent")], KEY).allowed(SHOWN).foreign_keys(&[
        ForeignKeyDef::new(&["parent"], PARENT, &["id"]),
        ForeignKeyDef::new(&["parent"], PARENT, &["id"]).on_delete(Action::Cascade),
    ]);
