//! Sequences, row-level security, views, functions and triggers.

use crdb_orm::Schema;
use crdb_orm::schema::{
    CheckDef, ColumnDef, ColumnType, DefaultValue, Dialect, PolicyCommand, PolicyDef, PolicyRole,
    RowLevelSecurity, SequenceCache, SequenceDef, SequenceOptions, SequenceType, SqlObject, TableDef,
    TypeName,
};

use super::{CREATED_AT, Case, EMAIL, ID, KEY, case};

const USERS: TableDef = TableDef::new(TypeName::new("users"), &[ID, EMAIL, CREATED_AT], KEY);

const NUMBERS: &[SequenceDef] = &[
    SequenceDef::allowed(TypeName::new("numbers"), "the law wants them to be in order"),
    SequenceDef::allowed(
        TypeName::new("Invoice numbers").in_schema("sales"),
        "the law wants them to be in order",
    )
    .options(
        SequenceOptions::new().increment(-1).min(-100).max(-1).start(-1).cache(SequenceCache::Session(10)),
    ),
    SequenceDef::allowed(TypeName::new("by_node"), "tickets")
        .options(SequenceOptions::new().cache(SequenceCache::Node(256))),
    SequenceDef::allowed(TypeName::new("by_time"), "tickets").make_virtual(),
    SequenceDef::allowed(TypeName::new("small"), "shelves").of_type(SequenceType::Int2),
    SequenceDef::allowed(TypeName::new("middle"), "shelves")
        .of_type(SequenceType::Int4)
        .options(SequenceOptions::new().max(2_147_483_647).start(10)),
    SequenceDef::allowed(TypeName::new("large"), "shelves").of_type(SequenceType::Int8),
];

const INVOICES: TableDef = TableDef::new(
    TypeName::new("invoices"),
    &[ID, ColumnDef::new("number", ColumnType::Int8).default(DefaultValue::Sql("nextval('numbers')"))],
    KEY,
);

const SECURED: TableDef = USERS.row_level_security(RowLevelSecurity::Enabled).policies(&[
    PolicyDef::new("own").using("email = current_user"),
    PolicyDef::new("read all").command(PolicyCommand::Select).to(&[PolicyRole::Public]).using("true"),
    PolicyDef::new("write")
        .command(PolicyCommand::Insert)
        .to(&[PolicyRole::CurrentUser])
        .check("email != ''"),
    PolicyDef::new("change")
        .command(PolicyCommand::Update)
        .to(&[PolicyRole::CurrentUser, PolicyRole::SessionUser])
        .using("email != ''")
        .check("(email) != ')'"),
    PolicyDef::new("never").command(PolicyCommand::Delete).restrictive().using("created_at < now() /* ( */"),
]);

const TOUCH: SqlObject = SqlObject::function(
    "CREATE FUNCTION touch() RETURNS TRIGGER LANGUAGE PLpgSQL AS $$
BEGIN
  NEW.created_at := now();
  RETURN NEW;
END
$$",
);

pub(super) const CASES: &[Case] = &[
    Case { name: "sequences", schema: Schema::new("app").sequences(NUMBERS).tables(&[&INVOICES]) },
    case("row_level_security", &[&SECURED]),
    case("row_level_security_forced", &[&USERS.row_level_security(RowLevelSecurity::Forced)]),
    Case {
        name: "views",
        schema: Schema::new("app").tables(&[&USERS, &INVOICES]).sequences(NUMBERS).objects(&[
            SqlObject::view("CREATE VIEW recent AS SELECT id, email FROM users WHERE created_at > now() - '1 day'::INTERVAL"),
            SqlObject::view("CREATE VIEW \"Recent; \"\"ones\"\"\" (who) AS SELECT email AS \"as\" FROM recent -- in order\n"),
            SqlObject::materialized_view("create materialized view counts as SELECT count(*) AS n FROM users"),
            SqlObject::view("CREATE VIEW here AS SELECT gateway_region() AS region").only_on(Dialect::CockroachDb),
        ]),
    },
    Case {
        name: "triggers",
        schema: Schema::new("app")
            .tables(&[
                &SECURED.checks(&[CheckDef::new("is_fine(email)")]).schema_locked(true),
                &INVOICES,
            ])
            .sequences(NUMBERS)
            .objects(&[
                SqlObject::trigger(
                    "CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()",
                ),
                TOUCH,
                SqlObject::function(
                    "CREATE FUNCTION is_fine(text STRING) RETURNS BOOL IMMUTABLE LANGUAGE SQL AS $$ SELECT text != ''; $$",
                )
                .before_tables()
                .only_on(Dialect::CockroachDb),
                SqlObject::function(
                    "CREATE FUNCTION is_fine(t TEXT) RETURNS BOOL IMMUTABLE LANGUAGE SQL AS $$ SELECT t != ''; $$",
                )
                .before_tables()
                .only_on(Dialect::PostgreSql),
            ]),
    },
];
