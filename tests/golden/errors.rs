//! What cannot be printed is refused, with a message that says what, where and what to do.

use crdb_orm::schema::{
    Action, Allowed, ChangefeedDef, CheckDef, ColumnDef, ColumnType, DefaultValue, EnumDef, ForeignKeyDef,
    Identity, IndexDef, KeyPart, Locality, PrimaryKeyDef, StorageParameter, StorageValue, TableDef, TtlDef,
    TypeName,
};
use crdb_orm::{Schema, Target};

use crate::cases::{EMAIL, ID, KEY, REGION, SHOWN};

const TARGETS: [Target; 3] = [Target::COCKROACHDB, Target::COCKROACHDB_SINGLE_REGION, Target::POSTGRESQL];
const T: TypeName = TypeName::new("t");

#[track_caller]
#[expect(clippy::large_types_passed_by_value, reason = "each schema is looked at once")]
fn refused(schema: Schema, target: Target) -> String {
    let made = schema.ddl(target).expect_err("it cannot be printed");
    let dropped = schema.drop_ddl(target).expect_err("nor dropped");
    assert!(made.is_schema() && dropped.is_schema());
    assert_eq!(made.to_string(), dropped.to_string());
    made.to_string()
}

#[track_caller]
#[expect(clippy::large_types_passed_by_value, reason = "each schema is looked at once")]
fn refused_everywhere(schema: Schema, parts: &[&str]) {
    for target in TARGETS {
        let message = refused(schema, target);
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in `{message}`");
        }
    }
}

macro_rules! schema {
    ($($table:expr),+) => {{
        const SCHEMA: Schema = Schema::new("app").tables(&[$(&$table.allowed(SHOWN)),+]);
        SCHEMA
    }};
}

#[test]
fn a_foreign_key_to_a_table_that_is_not_in_the_schema_is_refused() {
    let schema = schema!(
        TableDef::new(T, &[ID, ColumnDef::new("other", ColumnType::Uuid)], KEY)
            .foreign_keys(&[ForeignKeyDef::new(&["other"], TypeName::new("others"), &["id"])])
    );
    refused_everywhere(schema, &["table `t` refers to table `others`", "not in schema `app`", ".tables(..)"]);
}

#[test]
fn a_foreign_key_to_a_column_that_does_not_exist_is_refused() {
    let schema =
        schema!(TableDef::new(T, &[ID], KEY).foreign_keys(&[ForeignKeyDef::new(&["id"], T, &["nothing"])]));
    refused_everywhere(schema, &["table `t` refers to column `nothing` of table `t`"]);
}

#[test]
fn two_enums_of_one_name_with_different_labels_are_refused() {
    const ONE: EnumDef = EnumDef { name: TypeName::new("color"), labels: &["red"], comment: None };
    const TWO: EnumDef = EnumDef { name: TypeName::new("color"), labels: &["blue"], comment: None };
    let schema = schema!(TableDef::new(
        T,
        &[ID, ColumnDef::new("a", ColumnType::Enum(&ONE)), ColumnDef::new("b", ColumnType::Enum(&TWO))],
        KEY
    ));
    refused_everywhere(schema, &["two enums have the name `color`", "red", "blue", "rename one"]);
}

#[test]
fn an_enum_of_a_tables_name_is_refused() {
    const ONE: EnumDef = EnumDef { name: T, labels: &["red"], comment: None };
    let schema = schema!(TableDef::new(T, &[ID, ColumnDef::new("a", ColumnType::Enum(&ONE))], KEY));
    refused_everywhere(schema, &["table `t` and an enum have one name"]);
}

#[test]
fn a_default_that_is_no_label_is_refused() {
    const ONE: EnumDef = EnumDef { name: TypeName::new("color"), labels: &["red"], comment: None };
    let schema = schema!(TableDef::new(
        T,
        &[ID, ColumnDef::new("a", ColumnType::Enum(&ONE)).default(DefaultValue::Text("reed"))],
        KEY
    ));
    refused_everywhere(schema, &["column `a` of table `t`", "`reed`", "no label of enum `color`"]);
}

#[test]
fn a_name_longer_than_a_server_keeps_is_refused() {
    const LONG: &str = "a_name_that_is_longer_than_any_name_of_sixty_three_bytes_can_be_x";
    const ENUM: EnumDef = EnumDef { name: TypeName::new(LONG), labels: &["a"], comment: None };
    for schema in [
        schema!(TableDef::new(TypeName::new(LONG), &[ID], KEY)),
        schema!(TableDef::new(T.in_schema(LONG), &[ID], KEY)),
        schema!(TableDef::new(T, &[ID, ColumnDef::new(LONG, ColumnType::Int8)], KEY)),
        schema!(TableDef::new(T, &[ID, ColumnDef::new("a", ColumnType::Enum(&ENUM))], KEY)),
        schema!(TableDef::new(T, &[ID], KEY).indexes(&[IndexDef::new(&[KeyPart::asc("id")]).name(LONG)])),
        schema!(TableDef::new(T, &[ID], KEY).checks(&[CheckDef::new("true").name(LONG)])),
    ] {
        refused_everywhere(schema, &[LONG, "65 bytes", "63", "shorten it"]);
    }
}

#[test]
fn an_empty_name_is_refused() {
    refused_everywhere(
        schema!(TableDef::new(T, &[ID, ColumnDef::new("", ColumnType::Int8)], KEY)),
        &["the name of a column of table `t` is empty"],
    );
}

#[test]
fn a_name_with_nul_is_refused() {
    refused_everywhere(
        schema!(TableDef::new(T, &[ID, ColumnDef::new("a\0b", ColumnType::Int8)], KEY)),
        &["a column of table `t`", "a\\0b", "NUL"],
    );
}

#[test]
fn a_region_column_without_regions_is_refused() {
    refused_everywhere(
        schema!(TableDef::new(T, &[ID, REGION], KEY)),
        &["table `t` has a Region column `region`", "database `app` has no regions", ".regions(..)"],
    );
}

#[test]
fn a_locality_without_regions_is_refused() {
    refused_everywhere(
        schema!(TableDef::new(T, &[ID], KEY).locality(Locality::Global)),
        &["table `t` has a locality", "database `app` has no regions"],
    );
}

#[test]
fn rows_that_move_need_a_region_column_that_an_update_changes() {
    const SCHEMA: Schema = Schema::new("app").regions(&["east", "west"]);
    const ELSEWHERE: &[Allowed] = &[Allowed::new("missing_locality", "another mistake is shown")];
    for table in [
        const { &TableDef::new(T, &[ID], KEY).auto_rehoming().allowed(ELSEWHERE) },
        const { &TableDef::new(T, &[ID], KEY).auto_rehoming().locality(Locality::Global) },
    ] {
        let tables: &'static [&'static TableDef] = vec![table].leak();
        refused_everywhere(SCHEMA.tables(tables), &["table `t` re-homes its rows", "not regional by row"]);
    }
    const COMPUTED: TableDef = TableDef::new(T, &[ID, REGION.computed("'east'", true)], KEY)
        .locality(Locality::RegionalByRow(Some("region")))
        .auto_rehoming();
    const COMPUTED_SCHEMA: Schema = SCHEMA.tables(&[&COMPUTED]);
    refused_everywhere(COMPUTED_SCHEMA, &["table `t` re-homes its rows", "`region` is computed"]);
}

#[test]
fn two_indexes_of_one_name_are_refused() {
    let index = schema!(TableDef::new(T, &[ID, EMAIL], KEY).indexes(&[
        IndexDef::new(&[KeyPart::asc("email")]).name("i"),
        IndexDef::new(&[KeyPart::desc("email")]).name("i")
    ]));
    refused_everywhere(index, &["table `t` has two indexes of the name `i`"]);
    let check = schema!(
        TableDef::new(T, &[ID], KEY)
            .checks(&[CheckDef::new("true").name("c"), CheckDef::new("false").name("c")])
    );
    refused_everywhere(check, &["table `t` has two constraints of the name `c`"]);
}

#[test]
fn two_tables_may_name_an_index_alike_on_cockroachdb_only() {
    const INDEX: &[IndexDef] = &[IndexDef::new(&[KeyPart::asc("email")]).name("by_email")];
    let schema = schema!(
        TableDef::new(T, &[ID, EMAIL], KEY).indexes(INDEX),
        TableDef::new(TypeName::new("u"), &[ID, EMAIL], KEY).indexes(INDEX)
    );
    assert!(schema.ddl(Target::COCKROACHDB).is_ok());
    let message = refused(schema, Target::POSTGRESQL);
    assert!(message.contains("`by_email`, of table `t` and of table `u`"), "{message}");
}

#[test]
fn a_column_that_does_not_exist_is_refused_wherever_it_is_named() {
    const KEY_OF_NOTHING: PrimaryKeyDef = PrimaryKeyDef::new(&[KeyPart::asc("nothing")]);
    const INDEX: IndexDef = IndexDef::new(&[KeyPart::asc("id")]).storing(&["nothing"]);
    for schema in [
        schema!(TableDef::new(T, &[ID], KEY_OF_NOTHING)),
        schema!(TableDef::new(T, &[ID], KEY).indexes(&[IndexDef::new(&[KeyPart::asc("nothing")])])),
        schema!(TableDef::new(T, &[ID], KEY).indexes(&[INDEX])),
        schema!(TableDef::new(T, &[ID], KEY).foreign_keys(&[ForeignKeyDef::new(&["nothing"], T, &["id"])])),
        schema!(TableDef::new(T, &[ID], KEY).locality(Locality::RegionalByRow(Some("nothing")))),
    ] {
        refused_everywhere(schema, &["table `t` has no column `nothing`"]);
    }
}

#[test]
fn a_column_of_two_minds_is_refused() {
    for (schema, why) in [
        (
            schema!(TableDef::new(
                T,
                &[ID, EMAIL.computed("'x'", true).default(DefaultValue::Text("y"))],
                KEY
            )),
            "is computed",
        ),
        (schema!(TableDef::new(T, &[ID, EMAIL.decimal(3, 2)], KEY)), "is no DECIMAL"),
        (schema!(TableDef::new(T, &[ID.length(3)], KEY)), "is no STRING"),
        (
            schema!(TableDef::new(
                T,
                &[ID, ColumnDef::new("a", ColumnType::Array(&ColumnType::Array(&ColumnType::Int8)))],
                KEY
            )),
            "array of arrays",
        ),
        (schema!(TableDef::new(T, &[ID, ID], KEY)), "two columns of the name `id`"),
    ] {
        refused_everywhere(schema, &[why]);
    }
}

#[test]
fn hash_buckets_that_the_server_does_not_take_are_refused() {
    for schema in [
        schema!(TableDef::new(T, &[ID], KEY.hash_sharded(Some(1)))),
        schema!(
            TableDef::new(T, &[ID], KEY)
                .indexes(&[IndexDef::new(&[KeyPart::asc("id")]).hash_sharded(Some(4096))])
        ),
    ] {
        refused_everywhere(schema, &["hash buckets", "2 to 2048"]);
    }
}

#[test]
fn a_sinks_credentials_are_in_no_notice_and_no_debug() {
    let schema = schema!(
        TableDef::new(T, &[ID], KEY)
            .changefeeds(&[ChangefeedDef::new("kafka://broker:9092?sasl_password=hush hush", &[])])
    );
    for target in TARGETS {
        for ddl in [schema.ddl(target).expect("it prints"), schema.drop_ddl(target).expect("it prints")] {
            assert!(!format!("{ddl:?}{:?}{:?}", ddl.notices(), ddl.statements()).contains("hush"));
        }
    }
    assert!(!format!("{schema:?}").contains("hush"));
    let ddl = schema.ddl(Target::COCKROACHDB).expect("it prints");
    assert!(!ddl.to_string().contains("hush"));
    assert!(ddl.script().contains("hush"));
}

#[test]
fn a_name_cannot_leave_a_notice() {
    let schema = schema!(
        TableDef::new(TypeName::new("t\nDROP TABLE u; --"), &[ID], KEY)
            .changefeeds(&[ChangefeedDef::new("kafka://broker", &[])])
    );
    let script = schema.ddl(Target::POSTGRESQL).expect("it prints").to_string();
    assert!(
        script.starts_with("-- note: on PostgreSQL, changefeeds are left out: t DROP TABLE u; --\n\n"),
        "{script}"
    );
}

#[test]
fn attributes_of_a_column_that_do_not_go_together_are_refused() {
    const NUMBER: ColumnDef = ColumnDef::new("c", ColumnType::Int8);
    const TEXT: ColumnDef = ColumnDef::new("c", ColumnType::String);
    const NOW: DefaultValue = DefaultValue::Sql("now()");
    for (schema, part) in [
        (schema!(TableDef::new(T, &[ID, NUMBER.collate("de")], KEY)), "has a collation, but is no STRING"),
        (schema!(TableDef::new(T, &[ID, TEXT.collate("")], KEY)), "the collation of column `c`"),
        (schema!(TableDef::new(T, &[ID, TEXT.identity(Identity::Always)], KEY)), "no whole number"),
        (
            schema!(TableDef::new(T, &[ID, NUMBER.nullable(true).identity(Identity::ByDefault)], KEY)),
            "cannot be NULL",
        ),
        (schema!(TableDef::new(T, &[ID, NUMBER.identity(Identity::Always).default(NOW)], KEY)), "no default"),
        (schema!(TableDef::new(T, &[ID, NUMBER.computed("1", true).on_update(NOW)], KEY)), "leave one out"),
        (
            schema!(
                TableDef::new(T, &[ID, ColumnDef::new("c", ColumnType::Uuid).on_update(NOW)], KEY)
                    .foreign_keys(&[ForeignKeyDef::new(&["c"], T, &["id"]).on_update(Action::SetNull)])
            ),
            "a foreign key that sets it",
        ),
    ] {
        refused_everywhere(schema, &["column `c` of table `t`", part]);
    }
}

#[test]
fn an_index_that_the_server_does_not_have_is_refused() {
    const DATA: ColumnDef = ColumnDef::new("data", ColumnType::Jsonb);
    const TABLE: TableDef = TableDef::new(T, &[ID, EMAIL, DATA], KEY);
    const BY_EMAIL: IndexDef = IndexDef::new(&[KeyPart::asc("email")]);
    const BY_DATA: IndexDef = IndexDef::new(&[KeyPart::asc("data")]).inverted();
    const BUCKETS: StorageParameter = StorageParameter::new("bucket_count", StorageValue::Integer(8));
    for (schema, part) in [
        (schema!(TABLE.indexes(&[BY_EMAIL.visibility(1.5)])), "visibility is not from 0 to 1"),
        (schema!(TABLE.indexes(&[BY_EMAIL.visibility(f64::NAN)])), "visibility is not from 0 to 1"),
        (schema!(TABLE.indexes(&[BY_EMAIL.storage(&[BUCKETS])])), "use `.hash_sharded(..)`"),
        (schema!(TABLE.indexes(&[BY_EMAIL.inverted()])), "`email` is not a JSONB"),
        (schema!(TABLE.indexes(&[BY_DATA.vector()])), "`data` is not a VECTOR"),
        (schema!(TABLE.indexes(&[BY_DATA.unique()])), "an inverted index with unique"),
        (schema!(TABLE.indexes(&[BY_DATA.storing(&["email"])])), "an inverted index with stored columns"),
        (schema!(TABLE.indexes(&[BY_DATA.hash_sharded(None)])), "an inverted index with hash sharding"),
        (
            schema!(TABLE.indexes(&[IndexDef::new(&[KeyPart::desc("data")]).inverted()])),
            "whose last column is descending",
        ),
        (
            schema!(TABLE.indexes(&[IndexDef::new(&[KeyPart::asc("email").op_class("gin_trgm_ops")])])),
            "which only inverted and vector indexes have",
        ),
        (schema!(TABLE.indexes(&[BY_EMAIL.unique_constraint().filter("true")])), "make it a unique index"),
        (
            schema!(TABLE.indexes(&[IndexDef::new(&[KeyPart::desc("email")]).unique_constraint()])),
            "make it a unique index",
        ),
        (
            schema!(TableDef::new(
                T,
                &[ID, EMAIL],
                PrimaryKeyDef::new(&[KeyPart::expression("lower(email)")])
            )),
            "only an index has expressions",
        ),
    ] {
        refused_everywhere(schema, &["table `t`", part]);
    }
}

/// What a schema says that does not come into being: by a compile error where it is a const item.
fn refused_at_once(table: &TableDef, part: &str) {
    let table: &'static TableDef = Box::leak(Box::new(table.allowed(SHOWN)));
    let tables: &'static [&'static TableDef] = Box::leak(Box::new([table]));
    let panic = std::panic::catch_unwind(|| Schema::new("app").tables(tables)).expect_err(part);
    let message =
        panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    assert!(message.is_some_and(|message| message.contains(part)), "`{part}` is not in {message:?}");
}

#[test]
fn sql_that_would_leave_its_place_is_refused() {
    const EVIL: &str = "0, evil INT8";
    const CLOSING: &str = "true) -- ";
    const PARTS: &[KeyPart] = &[KeyPart::expression("lower('a'")];
    let number = ColumnDef::new("n", ColumnType::Int8);
    for (column, why) in [
        (number.default(DefaultValue::Sql(EVIL)), "the default of column n of table `t` has a comma"),
        (
            number.on_update(DefaultValue::Sql("1; DROP TABLE t")),
            "the ON UPDATE of column n of table `t` has a `;`",
        ),
        (number.computed(CLOSING, true), "what computes column n of table `t` closes a parenthesis"),
    ] {
        refused_at_once(&TableDef::new(T, Box::leak(Box::new([ID, column])), KEY), why);
    }
    for (index, why) in [
        (IndexDef::new(PARTS), "an expression in an index of table `t` does not close"),
        (
            IndexDef::new(KEY.parts).filter("true, evil INT8"),
            "the filter of an index of table `t` has a comma",
        ),
        (IndexDef::new(KEY.parts).filter("'a"), "the filter of an index of table `t` has a quote"),
    ] {
        refused_at_once(&TableDef::new(T, &[ID], KEY).indexes(Box::leak(Box::new([index]))), why);
    }
    let table = TableDef::new(T, &[ID], KEY);
    refused_at_once(
        &table.checks(const { &[CheckDef::new("true), (evil INT8")] }),
        "a check of table `t` closes a parenthesis",
    );
    refused_at_once(
        &table.ttl(TtlDef::expiration("now() -- ")),
        "the expression of the TTL of table `t` ends inside a `--` comment",
    );
}

#[test]
fn a_text_that_no_server_can_hold_is_refused() {
    let number = ColumnDef::new("n", ColumnType::Int8);
    for (column, why) in [
        (number.default(DefaultValue::Text("a\0")), "a NUL in a default of column `n`"),
        (number.comment("\0"), "a NUL in the comment on column `n`"),
    ] {
        let table = TableDef::new(T, Box::leak(Box::new([ID, column])), KEY).allowed(SHOWN);
        let table: &'static TableDef = Box::leak(Box::new(table));
        refused_everywhere(Schema::new("app").tables(Box::leak(Box::new([table]))), &[why]);
    }
    refused_everywhere(
        schema!(TableDef::new(T, &[ID], KEY).indexes(&[IndexDef::new(KEY.parts).comment("\0")])),
        &["a NUL in the comment on an index"],
    );
    refused_everywhere(schema!(TableDef::new(T, &[ID], KEY).comment("\0")), &["a NUL in its comment"]);
}

#[test]
fn arrays_that_cockroachdb_does_not_have_are_refused() {
    refused_everywhere(
        schema!(TableDef::new(T, &[ID, ColumnDef::new("n", ColumnType::Array(&ColumnType::Vector))], KEY)),
        &["column `n` of table `t` is an array of VECTOR, which CockroachDB does not have"],
    );
}
