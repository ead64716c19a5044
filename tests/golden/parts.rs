//! What is refused of partitions, zones, policies, sequences, views, functions and triggers that are written by hand.

use crdb_orm::schema::{
    ChangefeedDef, ChangefeedSchedule, ChangefeedTarget, ColumnDef, ColumnType, Dialect, Feature,
    ForeignKeyDef, IndexDef, KafkaSink, KeyPart, PartitionBy, PartitionDef, PartitionValue, PartitioningDef,
    PolicyCommand, PolicyDef, PolicyRole, PrimaryKeyDef, RowLevelSecurity, SchemaChangefeed, SequenceCache,
    SequenceDef, SequenceOptions, SequenceType, SqlObject, SqlSchemaDef, StorageParameter, StorageValue,
    TableDef, TypeName, ZoneConfig, ZoneDef,
};
use crdb_orm::{Schema, Target};

use crate::cases::{EMAIL, ID, KEY, SHOWN};

const T: TableDef = TableDef::new(TypeName::new("t"), &[ID, EMAIL], KEY)
    .indexes(&[IndexDef::new(&[KeyPart::asc("email")]).name("by_email")]);
const X: &[&[PartitionValue]] = &[&[PartitionValue::Text("x")]];
const ONE: PartitionBy = PartitionBy::list(&["id"], &[PartitionDef::list("one", X)]);

#[track_caller]
#[expect(clippy::large_types_passed_by_value, reason = "each schema is looked at once")]
fn refused(schema: Schema, part: &str) {
    for target in [Target::COCKROACHDB, Target::COCKROACHDB_SINGLE_REGION, Target::POSTGRESQL] {
        let error = schema.ddl(target).expect_err("it cannot be printed");
        assert!(error.is_schema());
        let message = error.to_string();
        assert!(message.contains(part), "`{part}` is not in `{message}`");
    }
}

#[track_caller]
fn table_refused(table: &TableDef, part: &str) {
    let table: &'static TableDef = Box::leak(Box::new(*table));
    let tables: &'static [&'static TableDef] = vec![table].leak();
    refused(Schema::new("app").tables(tables), part);
}

fn partitioned(by: PartitionBy) -> TableDef {
    T.partitions(vec![PartitioningDef::table(by)].leak())
}

#[test]
fn partitions_that_the_server_refuses_are_refused() {
    for (by, part) in [
        (PartitionBy::list(&["email"], const { &[PartitionDef::list("a", X)] }), "begins with"),
        (PartitionBy::list(&[], const { &[PartitionDef::list("a", X)] }), "by no columns"),
        (PartitionBy::list(&["id"], &[]), "into nothing"),
        (PartitionBy::list(&["id"], const { &[PartitionDef::list("a", &[])] }), "without a list"),
        (PartitionBy::range(&["id"], const { &[PartitionDef::list("a", X)] }), "without a range"),
        (
            PartitionBy::list(&["id"], const { &[PartitionDef::list("a", X), PartitionDef::list("a", X)] }),
            "two partitions of the name `a`",
        ),
        (
            PartitionBy::list(
                &["id"],
                const { &[PartitionDef::list("a", &[&[PartitionValue::Text("x"), PartitionValue::Text("y")]])] },
            ),
            "2 values for 1 columns",
        ),
        (
            PartitionBy::list(&["id"], const { &[PartitionDef::list("a", &[&[PartitionValue::Max]])] }),
            "the other kind",
        ),
        (
            PartitionBy::list(
                &["id"],
                const { &[PartitionDef::list("a", &[&[PartitionValue::Sql("1), (2")]])] },
            ),
            "closes a parenthesis that it does not open",
        ),
        (
            PartitionBy::list(&["id"], const { &[PartitionDef::list("a", X).by(&ONE)] }),
            "at this place it has ()",
        ),
        (PartitionBy::list(&["id"], const { &[PartitionDef::list("", X)] }), "is empty"),
    ] {
        table_refused(&partitioned(by), part);
    }
    const NO_INDEX: TableDef = T.partitions(&[PartitioningDef::index("nothing", ONE)]);
    table_refused(&NO_INDEX, "partitions `nothing`, which is no index of it");
    const TWICE: TableDef =
        T.partitions(&[PartitioningDef::table(ONE), PartitioningDef::index("t_pkey", ONE)]);
    table_refused(&TWICE, "partitions one index twice");
    // What an expression looks like is no column.
    const TEXT: TableDef = TableDef::new(TypeName::new("t"), &[ID, EMAIL], KEY)
        .indexes(&[IndexDef::new(&[KeyPart::expression("email")]).name("by_text")])
        .partitions(&[PartitioningDef::index(
            "by_text",
            PartitionBy::list(&["email"], &[PartitionDef::list("a", X)]),
        )]);
    table_refused(&TEXT, "at this place it has ()");
    const UNKNOWN: &[PartitioningDef] =
        &[PartitioningDef::all(PartitionBy::list(&["x"], &[PartitionDef::list("a", X)]))];
    const AGAIN: &[PartitioningDef] =
        &[PartitioningDef::all(PartitionBy::list(&["email"], &[PartitionDef::list("a", X).by(&ONE)]))];
    const EMAILS: PartitionBy = PartitionBy::list(&["email"], &[PartitionDef::list("a", X)]);
    assert!(T.partitions(const { &[PartitioningDef::all(EMAILS)] }).ddl(Target::COCKROACHDB).is_ok());
    table_refused(
        &T.partitions(const { &[PartitioningDef::all(EMAILS), PartitioningDef::index("by_email", EMAILS)] }),
        "all of its indexes, and one of them otherwise",
    );
    table_refused(&T.partitions(UNKNOWN), "`x`, which is no column");
    table_refused(&T.partitions(AGAIN), "divides a partition of all indexes again");
    const WITHOUT: TableDef = TableDef::new(TypeName::new("t"), &[ID, EMAIL], KEY)
        .indexes(&[IndexDef::new(&[KeyPart::asc("email")]).unique_without_index().name("mails")])
        .partitions(&[PartitioningDef::index("mails", EMAILS)]);
    table_refused(&WITHOUT, "partitions `mails`, which is no index of it");
    const HASH: TableDef = TableDef::new(TypeName::new("t"), &[ID], KEY.hash_sharded(None))
        .partitions(&[PartitioningDef::table(ONE)]);
    table_refused(&HASH, "hash-sharded");
}

#[test]
fn zones_of_what_is_not_there_are_refused() {
    const GC: ZoneConfig = ZoneConfig::new().gc_ttl_seconds(60);
    for (zones, part) in [
        (const { &[ZoneDef::new(ZoneConfig::new())] as &[ZoneDef] }, "sets nothing"),
        (const { &[ZoneDef::new(GC).index("nothing")] }, "`nothing`, which is no index"),
        (const { &[ZoneDef::new(GC).partition("one")] }, "the partition `one`, which is not there"),
        (const { &[ZoneDef::new(GC), ZoneDef::new(GC)] }, "two zone configurations of one thing"),
    ] {
        table_refused(&T.zones(zones), part);
    }
    const OF_THE_INDEX: TableDef = T
        .partitions(&[PartitioningDef::table(ONE)])
        .zones(&[ZoneDef::new(GC).index("by_email").partition("one")]);
    table_refused(&OF_THE_INDEX, "the partition `one`, which is not there");
    const OF_THE_KEY: TableDef = T
        .partitions(&[PartitioningDef::table(ONE)])
        .zones(&[ZoneDef::new(GC).index("t_pkey").partition("one")]);
    assert!(OF_THE_KEY.ddl(Target::COCKROACHDB).is_ok());
}

#[test]
fn policies_that_mean_nothing_are_refused() {
    for (policy, part) in [
        (PolicyDef::new("p"), "has no condition"),
        (PolicyDef::new("").using("true"), "is empty"),
        (PolicyDef::new("p").using("true)"), "closes a parenthesis"),
        (PolicyDef::new("p").using("true").check("a; b"), "has a `;`"),
        (PolicyDef::new("p").command(PolicyCommand::Insert).using("true"), "INSERT, which sees no rows"),
        (PolicyDef::new("p").command(PolicyCommand::Delete).check("true"), "write no rows"),
        (PolicyDef::new("p").to(&[PolicyRole::Named("")]).using("true"), "a role of policy `p`"),
    ] {
        let policies: &'static [PolicyDef] = vec![policy].leak();
        table_refused(&T.row_level_security(RowLevelSecurity::Enabled).policies(policies), part);
    }
    const TRUE: PolicyDef = PolicyDef::new("p").using("true");
    table_refused(&T.policies(&[TRUE]), "that nobody applies");
    table_refused(
        &T.row_level_security(RowLevelSecurity::Forced).policies(&[TRUE, TRUE]),
        "two policies of the name `p`",
    );
}

#[test]
fn sequences_that_count_nothing_are_refused() {
    const COUNTS: SequenceOptions = SequenceOptions::new();
    let one = SequenceDef::allowed(TypeName::new("s"), "it is a test");
    for (sequence, part) in [
        (one.options(COUNTS.increment(0)), "adds 0"),
        (one.options(COUNTS.min(2).max(1)), "least number that is not less than its greatest"),
        (one.options(COUNTS.min(2).start(1)), "starts before its least number"),
        (one.options(COUNTS.start(0)), "starts before its least number, which is 1"),
        (one.options(COUNTS.max(2).start(3)), "starts after its greatest number"),
        (one.options(COUNTS.increment(-1).start(1)), "starts after its greatest number, which is -1"),
        (one.options(COUNTS.increment(-1).min(0)), "which is -1 where it counts down"),
        (one.options(COUNTS.max(0)), "which is 1 where it counts up"),
        (one.options(COUNTS.cache(SequenceCache::Session(0))), "0 numbers at a time"),
        (one.of_type(SequenceType::Int2).options(COUNTS.max(32_768)), "greatest number that its type does"),
        (one.of_type(SequenceType::Int4).options(COUNTS.min(-2_147_483_649)), "least number that its type"),
        (one.of_type(SequenceType::Int2).options(COUNTS.start(32_768)), "starts after"),
        (one.make_virtual().options(COUNTS.start(3)), "is virtual"),
        (one.make_virtual().of_type(SequenceType::Int4), "is virtual"),
    ] {
        // In a const item this is an error of the compiler.
        let schema = std::panic::catch_unwind(|| Schema::new("app").sequences(vec![sequence].leak()));
        let payload = schema.expect_err("it is refused");
        let message = payload.downcast_ref::<String>().expect("a message");
        assert!(
            message.contains("the sequence `s` of database `app` ") && message.contains(part),
            "{message}"
        );
    }
    for (sequence, part) in [
        (one.owned_by(TypeName::new("t"), "number"), "`t.number`, which is not in schema `app`"),
        (one.owned_by(TypeName::new("u"), "id"), "`u.id`, which is not in schema `app`"),
        (SequenceDef::allowed(TypeName::new("t"), "it is a test"), "have one name"),
        (SequenceDef::allowed(TypeName::new(""), "it is a test"), "is empty"),
    ] {
        refused(Schema::new("app").tables(&[&T]).sequences(vec![sequence].leak()), part);
    }
    refused(Schema::new("app").tables(&[]).sequences(vec![one, one].leak()), "have one name");
}

#[test]
fn objects_of_what_is_not_there_are_refused() {
    const TRIGGER: SqlObject =
        SqlObject::trigger("CREATE TRIGGER a BEFORE UPDATE ON \"T\" FOR EACH ROW EXECUTE FUNCTION f()");
    const VIEW: SqlObject = SqlObject::view("CREATE VIEW public.T AS SELECT 1");
    const OTHER: SqlObject = SqlObject::view("CREATE VIEW other AS SELECT 1");
    for (objects, part) in [
        (
            const { &[TRIGGER] as &[SqlObject] },
            "trigger `a` is on table `\"T\"`, which is not in schema `app`",
        ),
        (const { &[VIEW] }, "view `public.T` has the name of another"),
        (const { &[OTHER, OTHER] }, "view `other` has the name of another"),
    ] {
        refused(Schema::new("app").tables(&[&T]).objects(objects), part);
    }
    const BOTH: Schema = Schema::new("app")
        .tables(&[&T])
        .objects(&[OTHER.only_on(Dialect::CockroachDb), OTHER.only_on(Dialect::PostgreSql)]);
    assert!(BOTH.ddl(Target::POSTGRESQL).is_ok() && BOTH.ddl(Target::COCKROACHDB).is_ok());
}

#[test]
fn what_the_target_is_too_old_for_is_refused() {
    const SECURED: TableDef = T.row_level_security(RowLevelSecurity::Enabled);
    const DAILY: &[SchemaChangefeed] = &[SchemaChangefeed::new(
        &[ChangefeedTarget::table(&T)],
        ChangefeedDef::new("s3://a?AUTH=implicit", &[]),
    )
    .scheduled(ChangefeedSchedule::new("@daily"))];
    const SCHEMA: Schema = Schema::new("app");
    const SHARDED: TableDef = TableDef::new(TypeName::new("t"), &[ID, EMAIL], KEY.shard_columns(&["id"]));
    for (schema, feature) in [
        (SCHEMA.tables(&[&SECURED]), Feature::RowLevelSecurity),
        (SCHEMA.tables(&[&SHARDED]), Feature::ShardColumns),
        (
            SCHEMA.sequences(const { &[SequenceDef::allowed(TypeName::new("s"), "a test").options(SequenceOptions::new().cache(SequenceCache::Node(8)))] }),
            Feature::SequenceNodeCache,
        ),
        (
            SCHEMA.objects(const { &[SqlObject::function("CREATE FUNCTION f() RETURNS INT8 LANGUAGE SQL AS $$ SELECT 1 $$")] }),
            Feature::Function,
        ),
        (
            SCHEMA.objects(const { &[SqlObject::function("CREATE FUNCTION f() RETURNS INT8 LANGUAGE plpgsql AS $$ $$")] }),
            Feature::PlPgSql,
        ),
        (
            SCHEMA.objects(const { &[SqlObject::procedure("CREATE PROCEDURE p() LANGUAGE SQL AS $$ SELECT 1 $$")] }),
            Feature::Procedure,
        ),
        (
            SCHEMA.tables(&[&T]).changefeeds(DAILY),
            Feature::ChangefeedSchedule,
        ),
        (
            SCHEMA.tables(&[&T]).objects(const { &[SqlObject::trigger("CREATE TRIGGER a BEFORE UPDATE ON t EXECUTE FUNCTION f()")] }),
            Feature::Trigger,
        ),
    ] {
        let (major, minor) = feature.since();
        let before = if minor == 1 { (major - 1, 2) } else { (major, minor - 1) };
        let message = schema
            .ddl(Target::COCKROACHDB.at_version(before.0, before.1))
            .expect_err("it is too old")
            .to_string();
        for part in [feature.name(), &format!("CockroachDB {major}.{minor} or later"), feature.instead(), "upgrade"] {
            assert!(message.contains(part), "`{part}` is not in `{message}`");
        }
        assert!(schema.ddl(Target::COCKROACHDB.at_version(major, minor)).is_ok());
        assert!(schema.ddl(Target::POSTGRESQL).is_ok());
    }
}

#[test]
fn keys_that_no_server_has_are_refused() {
    const STORED: &[StorageParameter] = &[StorageParameter::new("shard_columns", StorageValue::Text("id"))];
    const N: ColumnDef = ColumnDef::new("n", ColumnType::String).nullable(true);
    const TO: TableDef = TableDef::new(TypeName::new("t"), &[ID, EMAIL, N], KEY);
    const TO_MAIL: &[ForeignKeyDef] = &[ForeignKeyDef::new(&["n"], TypeName::new("t"), &["email"])];
    const BY_MAIL: IndexDef = IndexDef::new(&[KeyPart::asc("email")]);
    const BY_TEXT: IndexDef = IndexDef::new(&[KeyPart::expression("email")]);
    const LONGER: &[IndexDef] =
        &[IndexDef::new(&[KeyPart::asc("email"), KeyPart::asc("n")]).unique_constraint()];
    let to = |indexes: &'static [IndexDef]| TO.allowed(SHOWN).indexes(indexes).foreign_keys(TO_MAIL);
    for wrong in [
        const { &[] as &[IndexDef] },
        const { &[BY_MAIL] },
        const { &[BY_MAIL.unique().filter("n IS NULL")] },
        const { &[BY_TEXT.unique()] },
        LONGER,
    ] {
        table_refused(
            &to(wrong),
            "refers to (email) of table `t`, which is neither its primary key nor unique",
        );
    }
    for right in [
        const { &[BY_MAIL.unique()] },
        const { &[BY_MAIL.unique_constraint()] },
        const { &[BY_MAIL.unique_without_index()] },
    ] {
        let table: &'static TableDef = Box::leak(Box::new(to(right)));
        let schema = Schema::new("app").tables(vec![table].leak());
        assert!(schema.ddl(Target::COCKROACHDB).is_ok());
        // Where the index is a statement of its own, the key comes after it, in a schema and alone.
        for ddl in [schema.ddl(Target::POSTGRESQL), table.ddl(Target::POSTGRESQL)] {
            let script = ddl.expect("it can be printed").script();
            let at = |part: &str| script.find(part).unwrap_or_else(|| panic!("`{part}` is not in {script}"));
            if script.contains("CREATE UNIQUE INDEX") {
                assert!(at("CREATE UNIQUE INDEX") < at("ADD CONSTRAINT t_n_fkey FOREIGN KEY"), "{script}");
            }
        }
    }
    for (hash, part) in [
        (KEY.shard_columns(&["email"]), "shards its primary key by columns that it does not begin with"),
        (
            KEY.shard_columns(&["id", "email"]),
            "shards its primary key by columns that it does not begin with",
        ),
        (KEY.hash_sharded(Some(1)), "1 hash buckets"),
        (KEY.storage(STORED), "use `.shard_columns(..)`"),
    ] {
        table_refused(&TableDef::new(TypeName::new("t"), &[ID, EMAIL, N], hash), part);
    }
    table_refused(
        &TO.allowed(SHOWN).indexes(const { &[BY_MAIL.hash_sharded(Some(4)).shard_columns(&["n"])] }),
        "shards an index by columns that it does not begin with",
    );
    table_refused(
        &TO.indexes(const { &[BY_MAIL.unique_without_index().storing(&["n"])] }),
        "without an index, but with what only an index has",
    );
    table_refused(
        &TO.allowed(SHOWN)
            .foreign_keys(const { &[ForeignKeyDef::new(&["id"], TypeName::new("t"), &["id"]).name("a"); 2] }),
        "two constraints of the name `a`",
    );
}

#[test]
fn sql_schemas_that_make_no_sense_are_refused() {
    for (schemas, part) in [
        (const { &[SqlSchemaDef::new("a"), SqlSchemaDef::new("a")] as &[SqlSchemaDef] }, "stands twice"),
        (const { &[SqlSchemaDef::new("public").owner("a")] }, "is there already"),
        (const { &[SqlSchemaDef::new("a").owner("")] }, "is empty"),
    ] {
        refused(Schema::new("app").tables(&[&T]).sql_schemas(schemas), part);
    }
}

#[test]
fn the_statement_of_a_changefeed_over_several_tables_shows_no_credential() {
    const FEED: SchemaChangefeed = SchemaChangefeed::new(
        &[ChangefeedTarget::table(&T)],
        ChangefeedDef::to(KafkaSink::new("broker:9092").sasl_scram_sha_512("app", "hush").sink(), &[]),
    );
    const SCHEMA: Schema = Schema::new("app").tables(&[&T]).changefeeds(&[FEED]);
    let statement = FEED.statement(Target::COCKROACHDB).expect("it prints");
    assert!(statement.sql().contains("sasl_password=hush"));
    let ddl = SCHEMA.ddl(Target::COCKROACHDB).expect("it prints");
    assert!(ddl.script().contains("hush"));
    for shown in [
        format!("{statement:?}"),
        statement.redacted().to_owned(),
        ddl.to_string(),
        format!("{ddl:?} {SCHEMA:?}"),
    ] {
        assert!(shown.contains("sasl_password=redacted") && !shown.contains("hush"), "{shown}");
    }
    assert!(
        FEED.statement(Target::POSTGRESQL).expect_err("it has none").to_string().contains("no changefeeds")
    );
}

#[test]
fn columns_of_a_partition_may_be_of_any_type() {
    const NUMBERED: TableDef = TableDef::new(
        TypeName::new("t"),
        &[ColumnDef::new("n", ColumnType::Int8), ID],
        PrimaryKeyDef::new(&[KeyPart::asc("n"), KeyPart::asc("id")]),
    )
    .partitions(&[PartitioningDef::table(PartitionBy::range(
        &["n"],
        &[PartitionDef::range("low", &[PartitionValue::Min], &[PartitionValue::Sql("10")])],
    ))]);
    let ddl = NUMBERED.ddl(Target::COCKROACHDB).expect("it prints").to_string();
    assert!(ddl.contains("PARTITION low VALUES FROM (MINVALUE) TO (10)"), "{ddl}");
}
