//! What CockroachDB says of a table is what was asked for.
//!
//! The files in `shown` are answers of `SHOW CREATE TABLE` that were recorded from a CockroachDB 21.2.

use std::fs;

use crdb_orm::schema::{
    Action, CheckDef, ColumnDef, ColumnType, DdlKind, DdlStatement, DefaultValue, EnumDef, ForeignKeyDef,
    IndexDef, KeyPart, Locality, PrimaryKeyDef, TableDef, TypeName,
};
use crdb_orm::testing::{TestDb, skip_on_postgresql};
use crdb_orm::{Sql, Target};
use crdb_tests::golden;
use crdb_tests::shown::differences;

use crate::cases;

const ID: ColumnDef = ColumnDef::new("id", ColumnType::Uuid).default(DefaultValue::Sql("gen_random_uuid()"));
const NUMBER: ColumnDef = ColumnDef::new("id", ColumnType::Int8);
const KEY: PrimaryKeyDef = PrimaryKeyDef::new(&[KeyPart::asc("id")]);
const MOOD: EnumDef = EnumDef { name: TypeName::new("mood"), labels: &["sad", "ok", "happy"], comment: None };

const fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name, ColumnType::String)
}

const fn table(name: &'static str, columns: &'static [ColumnDef]) -> TableDef {
    TableDef::new(TypeName::new(name), columns, KEY)
}

/// The tables that were recorded.
const RECORDED: [TableDef; 11] = [
    table("owner", &[ID, text("email").unique(), text("region").nullable(true)]),
    TableDef::new(TypeName::new("hs_old"), &[NUMBER, text("v").nullable(true)], KEY.hash_sharded(Some(8)))
        .indexes(&[IndexDef::new(&[KeyPart::asc("v")]).name("hs_v_idx").hash_sharded(Some(4))]),
    TableDef::new(
        TypeName::new("k2"),
        &[
            ColumnDef::new("a", ColumnType::Int8),
            text("b"),
            ColumnDef::new("v", ColumnType::Int8).nullable(true),
        ],
        PrimaryKeyDef::new(&[KeyPart::asc("a"), KeyPart::asc("b")]),
    ),
    table("child", &[ID, ColumnDef::new("pid", ColumnType::Int8)]),
    table(
        "parent",
        &[
            NUMBER,
            text("name").length(5).unique(),
            ColumnDef::new("n", ColumnType::Int8).nullable(true).default(DefaultValue::Sql("3")),
            ColumnDef::new("price", ColumnType::Decimal).decimal(5, 2).nullable(true),
            ColumnDef::new("feeling", ColumnType::Enum(&MOOD)).nullable(true),
            ColumnDef::new("j", ColumnType::Jsonb).nullable(true),
            ColumnDef::new("tags", ColumnType::Array(&ColumnType::String)).nullable(true),
            ColumnDef::new("at", ColumnType::TimestampTz).nullable(true),
            ColumnDef::new("i2", ColumnType::Int2).nullable(true),
        ],
    )
    .checks(&[CheckDef::new("n > 0").name("n_pos")]),
    table("g", &[ID, text("name").unique()]).locality(Locality::Global),
    table("p", &[ID]).locality(Locality::RegionalByTable(None)),
    table("q", &[ID]).locality(Locality::RegionalByTable(Some("ca-central-1"))),
    table(
        "r",
        &[
            ID,
            text("email").unique(),
            ColumnDef::new("at", ColumnType::TimestampTz).default(DefaultValue::Sql("now()")),
        ],
    )
    .indexes(&[IndexDef::new(&[KeyPart::desc("at")]).name("r_at").storing(&["email"])])
    .locality(Locality::RegionalByRow(None)),
    table(
        "s",
        &[
            ID,
            text("country"),
            ColumnDef::new("region", ColumnType::Region).computed(
                "CASE WHEN country IN ('US') THEN 'us-east-1'::crdb_internal_region \
                 ELSE 'ca-central-1'::crdb_internal_region END",
                true,
            ),
        ],
    )
    .locality(Locality::RegionalByRow(Some("region"))),
    table("plain", &[ID, text("st").default(DefaultValue::Text("new"))])
        .locality(Locality::RegionalByTable(Some("ap-southeast-2"))),
];

fn recorded(name: &str) -> String {
    let path = golden::path("shown").join(format!("{name}.sql"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What is printed of a table, as `SHOW CREATE TABLE` tells of it: no types, zones, policies and changefeeds.
fn printed(table: &TableDef) -> Vec<String> {
    let ddl = table.ddl(Target::COCKROACHDB).expect("it can be printed");
    let shown = ddl.statements().iter().filter(|one| one.kind() == DdlKind::Table);
    shown.map(|one| one.sql().to_owned()).collect()
}

fn compared(table: &TableDef) -> Vec<String> {
    let made = printed(table);
    differences(&made.iter().map(String::as_str).collect::<Vec<_>>(), &recorded(table.name.name))
}

#[test]
fn what_a_server_shows_is_what_was_asked_for() {
    for table in &RECORDED {
        let wrong = compared(table);
        assert!(wrong.is_empty(), "{}: {wrong:#?}", table.name);
    }
}

#[test]
fn what_was_not_asked_for_is_told() {
    const OTHER_KEY: &[KeyPart] = &[KeyPart::desc("id")];
    const BARE: &[ColumnDef] = &[ID, text("st")];
    const NULLABLE: &[ColumnDef] = &[ID, text("st").nullable(true).default(DefaultValue::Text("new"))];
    const CHECKED: &[CheckDef] = &[CheckDef::new("st != 'x'")];
    const REFERRING: &[ForeignKeyDef] =
        &[ForeignKeyDef::new(&["id"], TypeName::new("p"), &["id"]).on_delete(Action::Cascade)];
    const INDEXED: &[IndexDef] = &[IndexDef::new(&[KeyPart::asc("st")])];
    let plain = RECORDED[10];
    assert_eq!(compared(&plain), [""; 0]);
    for (table, part) in [
        (table("plain", &[ID]), "there, not asked for: st string"),
        (table("plain", BARE), "asked for, not there: st string not null"),
        (table("plain", NULLABLE), "asked for, not there: st string default 'new"),
        (
            TableDef::new(plain.name, plain.columns, PrimaryKeyDef::new(OTHER_KEY)),
            "asked for, not there: constraint pkey primary key id desc",
        ),
        (
            plain.locality(Locality::Global),
            "there, not asked for: locality regional by table in ap-southeast-2",
        ),
        (plain.indexes(INDEXED), "asked for, not there: index plain_st_idx st"),
        (plain.checks(CHECKED), "asked for, not there: constraint plain_check check"),
        (
            plain.foreign_keys(REFERRING),
            "asked for, not there: constraint plain_id_fkey foreign key id references p id on delete cascade",
        ),
    ] {
        let wrong = compared(&table);
        assert!(wrong.iter().any(|text| text.contains(part)), "`{part}` is not in {wrong:#?}");
    }
}

/// The recorded table `wide` was made, and then altered.
#[test]
fn what_was_altered_afterwards_is_what_differs() {
    let wrong = differences(&[&recorded("wide.made")], &recorded("wide"));
    assert_eq!(
        wrong,
        [
            // Without a name, a check and a foreign key get one.
            "asked for, not there: check qty > = 0",
            "asked for, not there: code varchar 10",
            "asked for, not there: owner_id uuid not null references owner id on delete cascade on update cascade",
            "there, not asked for: code varchar 20",
            "there, not asked for: comment on column wide . name is 'the name",
            "there, not asked for: comment on index wide @ wide_created_idx is 'by time",
            "there, not asked for: comment on table wide is 'a wide table",
            "there, not asked for: constraint check_qty check qty > = 0",
            "there, not asked for: constraint fk_owner_id_ref_owner foreign key owner_id references owner id \
             on delete cascade on update cascade",
            "there, not asked for: extra2 string not null",
            "there, not asked for: index hs_ts created_at using hash with bucket_count = 4",
            "there, not asked for: index i_btree medium",
            "there, not asked for: index i_inc small storing medium",
            "there, not asked for: index i_y f4",
            "there, not asked for: index wide_small_medium_idx small , medium",
            "there, not asked for: inverted index i_gin doc",
            "there, not asked for: owner_id uuid not null",
        ]
    );
}

#[tokio::test]
async fn cockroachdb_shows_every_case_as_it_was_printed() {
    let db = TestDb::new().await.expect("a database");
    let test = "cockroachdb_shows_every_case_as_it_was_printed";
    if skip_on_postgresql(&db, test, "it has no SHOW CREATE TABLE") {
        return;
    }
    let target = Target::COCKROACHDB_SINGLE_REGION;
    let mut wrong = Vec::new();
    for case in cases::all() {
        let made = case.schema.ddl(target).expect("it can be printed");
        let statements: Vec<_> =
            made.statements().iter().filter(|one| one.kind() != DdlKind::Changefeed).collect();
        db.run_ddl(&statements).await.unwrap_or_else(|error| panic!("{}: {error:?}\n{made}", case.name));
        for table in case.schema.table_defs() {
            let name = table.name.name.replace('"', "\"\"");
            let schema = table.name.schema_name().replace('"', "\"\"");
            let show = format!("SELECT create_statement FROM [SHOW CREATE TABLE \"{schema}\".\"{name}\"]");
            let shown: (String,) = Sql::trusted(show).one(&db).await.expect("the server shows it");
            // The table alone has all of its keys, those of a circle, too.
            let printed = table.ddl(target).expect("it can be printed");
            let printed: Vec<&str> = printed
                .statements()
                .iter()
                .filter(|one| matches!(one.kind(), DdlKind::Table | DdlKind::Comment))
                .map(DdlStatement::sql)
                .filter(|sql| !sql.starts_with("ALTER TABLE") && !sql.starts_with("COMMENT ON TYPE"))
                .collect();
            for difference in differences(&printed, &shown.0) {
                wrong.push(format!("{}: {}: {difference}", case.name, table.name));
            }
        }
        let dropped = case.schema.drop_ddl(target).expect("it can be printed");
        db.run_ddl(&dropped.statements().iter().collect::<Vec<_>>()).await.expect("it can be dropped");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
