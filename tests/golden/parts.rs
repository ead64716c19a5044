//! What is refused of partitions, zones, policies, sequences, views, functions and triggers that are written by hand.

use crdb_orm::schema::{
    ColumnDef, ColumnType, Dialect, Feature, IndexDef, KeyPart, PartitionBy, PartitionDef, PartitionValue,
    PartitioningDef, PolicyCommand, PolicyDef, PolicyRole, PrimaryKeyDef, RowLevelSecurity, SequenceCache,
    SequenceDef, SqlObject, TableDef, TypeName, ZoneConfig, ZoneDef,
};
use crdb_orm::{Schema, Target};

use crate::cases::{EMAIL, ID, KEY};

const T: TableDef = TableDef::new(TypeName::new("t"), &[ID, EMAIL], KEY)
    .indexes(&[IndexDef::new(&[KeyPart::asc("email")]).name("by_email")]);
const X: &[&[PartitionValue]] = &[&[PartitionValue::Text("x")]];
const ONE: PartitionBy = PartitionBy::list(&["id"], &[PartitionDef::list("one", X)]);

#[track_caller]
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
    let one = SequenceDef::allowed(TypeName::new("s"), "it is a test");
    for (sequence, part) in [
        (one.increment(0), "adds 0"),
        (one.min(2).max(1), "least number"),
        (one.min(2).start(1), "starts before"),
        (one.max(2).start(3), "starts after"),
        (one.cache(SequenceCache::Session(0)), "0 numbers at a time"),
        (one.make_virtual().start(3), "is virtual"),
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
    const SCHEMA: Schema = Schema::new("app");
    for (schema, feature) in [
        (SCHEMA.tables(&[&SECURED]), Feature::RowLevelSecurity),
        (
            SCHEMA.sequences(const { &[SequenceDef::allowed(TypeName::new("s"), "a test").cache(SequenceCache::Node(8))] }),
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
            SCHEMA.tables(&[&T]).objects(const { &[SqlObject::trigger("CREATE TRIGGER a BEFORE UPDATE ON t EXECUTE FUNCTION f()")] }),
            Feature::Trigger,
        ),
    ] {
        let (major, minor) = feature.since();
        let message = schema
            .ddl(Target::COCKROACHDB.at_version(major, minor - 1))
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
