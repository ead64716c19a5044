//! What a version of CockroachDB does not have is refused with a message that says since when, or left out with a notice.

use crdb_orm::schema::{
    Allowed, ChangefeedDef, ChangefeedOption, CompositeDef, CompositeField, Compression, DdlStatement,
    EnumDef, Envelope, Feature, Format, IndexDef, KafkaCompression, KafkaSink, KafkaSinkConfig, KeyPart,
    StorageParameter, StorageValue, SuperRegionDef, TableDef, TtlDef, TypeName,
};
use crdb_orm::schema::{ColumnDef, ColumnType};
use crdb_orm::{Schema, Target};

use crate::cases::{ID, KEY, SHOWN};

const T: TableDef = TableDef::new(TypeName::new("t"), &[ID], KEY);

macro_rules! schema {
    ($table:expr) => {{
        const SCHEMA: Schema = Schema::new("app").tables(&[&$table.allowed(SHOWN)]);
        SCHEMA
    }};
}

#[test]
fn what_the_target_is_too_old_for_is_refused() {
    for (schema, feature) in [
        (schema!(T.ttl(TtlDef::expire_after("1 day"))), Feature::Ttl),
        (schema!(T.ttl(TtlDef::expiration("now()"))), Feature::TtlExpression),
        (
            schema!(T.ttl(TtlDef::expire_after("1 day").disable_changefeed_replication())),
            Feature::TtlWithoutChangefeeds,
        ),
        (schema!(T.indexes(&[IndexDef::new(&[KeyPart::asc("id")]).not_visible()])), Feature::IndexNotVisible),
        (
            schema!(T.indexes(&[IndexDef::new(&[KeyPart::asc("id")]).visibility(0.5)])),
            Feature::IndexVisibility,
        ),
        (schema!(T.schema_locked(true)), Feature::SchemaLocked),
        (
            schema!(T.changefeeds(&[ChangefeedDef::new(
                "kafka://a",
                &[ChangefeedOption::Envelope(Envelope::Enriched)]
            )])),
            Feature::EnrichedEnvelope,
        ),
        (
            schema!(
                TableDef::new(TypeName::new("t"), &[ID, ColumnDef::new("h", ColumnType::Jsonb)], KEY)
                    .changefeeds(&[ChangefeedDef::new(
                        "kafka://a",
                        &[ChangefeedOption::HeadersJsonColumnName("h")]
                    )])
            ),
            Feature::ChangefeedHeadersColumn,
        ),
        (
            schema!(T.changefeeds(&[ChangefeedDef::new(
                "kafka://a",
                &[ChangefeedOption::ExtraHeaders(&[("a", "b")])]
            )])),
            Feature::ChangefeedExtraHeaders,
        ),
        (
            schema!(T.changefeeds(&[ChangefeedDef::new(
                "kafka://a",
                &[ChangefeedOption::Format(Format::Protobuf)]
            )])),
            Feature::ChangefeedProtobuf,
        ),
        (
            schema!(T.changefeeds(&[ChangefeedDef::new(
                "webhook-https://a",
                &[ChangefeedOption::Compression(Compression::Gzip)]
            )])),
            Feature::WebhookCompression,
        ),
        (
            schema!(T.changefeeds(&[ChangefeedDef::new(
                "kafka://a",
                &[ChangefeedOption::KafkaSinkConfig(
                    KafkaSinkConfig::new().compression(KafkaCompression::Gzip).compression_level(9)
                )]
            )])),
            Feature::KafkaCompressionLevel,
        ),
        (
            schema!(T.changefeeds(&[ChangefeedDef::to(KafkaSink::event_hub("a", "b", "c").sink(), &[])])),
            Feature::EventHubSink,
        ),
        (
            schema!(
                T.changefeeds(&[ChangefeedDef::new("kafka://a?x=y&sasl_mechanism=AWS_MSK_IAM&z=1", &[])])
            ),
            Feature::MskByRole,
        ),
        (
            schema!(T.changefeeds(&[ChangefeedDef::new(
                "kafka://a",
                &[ChangefeedOption::IgnoreDisableChangefeedReplication]
            )])),
            Feature::ChangefeedOfUnreplicated,
        ),
        (
            schema!(T.changefeeds(&[ChangefeedDef::new(
                "kafka://a",
                &[ChangefeedOption::LaggingRangesThreshold("1m")]
            )])),
            Feature::ChangefeedLaggingRanges,
        ),
        (
            schema!(T.changefeeds(&[ChangefeedDef::new(
                "kafka://a",
                &[ChangefeedOption::EncodeJsonValueNullAsObject]
            )])),
            Feature::ChangefeedNullAsObject,
        ),
    ] {
        let (major, minor) = feature.since();
        for target in [Target::COCKROACHDB, Target::COCKROACHDB_SINGLE_REGION] {
            let message =
                schema.ddl(target.at_version(major, minor - 1)).expect_err("it is too old").to_string();
            for part in [
                "table `t`",
                feature.name(),
                &format!("CockroachDB {major}.{minor} or later"),
                feature.instead(),
                "upgrade",
            ] {
                assert!(message.contains(part), "`{part}` is not in `{message}`");
            }
            let printed = schema.ddl(target).expect("the newest has it");
            for version in [(major, minor), (major + 1, 0)] {
                assert_eq!(
                    schema.ddl(target.at_version(version.0, version.1)).expect("it has it"),
                    printed,
                    "{feature:?}"
                );
            }
        }
        assert!(!schema.ddl(Target::POSTGRESQL).expect("it is left out").notices().is_empty());
    }
}

#[test]
fn a_comment_on_a_type_is_printed_where_the_version_has_it() {
    const SIZE: EnumDef =
        EnumDef { name: TypeName::new("size"), labels: &["s"], comment: Some("How big it is.") };
    let schema = schema!(TableDef::new(
        TypeName::new("t"),
        &[ID, ColumnDef::new("size", ColumnType::Enum(&SIZE))],
        KEY
    ));
    let statement = "COMMENT ON TYPE size IS 'How big it is.';";
    for (target, printed) in [
        (Target::COCKROACHDB, false),
        (Target::COCKROACHDB.at_version(24, 1), false),
        (Target::COCKROACHDB.at_version(24, 2), true),
        (Target::COCKROACHDB.at_version(25, 0), true),
        (Target::POSTGRESQL, true),
    ] {
        let ddl = schema.ddl(target).expect("it prints");
        assert_eq!(ddl.to_string().contains(statement), printed, "{target}");
        assert_eq!(ddl.notices().is_empty(), printed, "{target}");
    }
}

#[test]
fn a_database_that_the_target_is_too_old_for_is_refused() {
    const SCHEMA: Schema = Schema::new("app")
        .regions(&["a", "b"])
        .secondary_region("b")
        .tables(&[&T.allowed(&[Allowed::new("missing_locality", "it is read in one region")])]);
    let message = SCHEMA.ddl(Target::COCKROACHDB.at_version(22, 1)).expect_err("it is too old").to_string();
    for part in ["database `app` uses a secondary region", "CockroachDB 22.2 or later", "CockroachDB 22.1"] {
        assert!(message.contains(part), "`{part}` is not in `{message}`");
    }
    assert!(SCHEMA.ddl(Target::COCKROACHDB_SINGLE_REGION.at_version(22, 1)).is_ok());
}

#[test]
fn a_storage_parameter_that_is_left_out_asks_for_no_version() {
    let parameter = StorageParameter::new("skip_unique_checks", StorageValue::Bool(true));
    let schema = Schema::new("app");
    let key = KEY.storage(Box::leak(Box::new([parameter])));
    let table = Box::leak(Box::new(TableDef::new(TypeName::new("t"), &[ID], key).allowed(SHOWN)));
    let schema = schema.tables(Box::leak(Box::new([&*table])));
    let ddl = schema.ddl(Target::COCKROACHDB_SINGLE_REGION.at_version(25, 2)).expect("it is left out");
    assert!(!ddl.statements().iter().any(|one| one.sql().contains("skip_unique_checks")), "{ddl}");
    assert!(schema.ddl(Target::COCKROACHDB.at_version(25, 2)).is_err());
    assert!(schema.ddl(Target::COCKROACHDB_SINGLE_REGION.at_version(26, 2)).is_ok());
}

#[test]
fn a_storage_parameter_that_the_target_is_too_old_for_is_refused() {
    let schema = schema!(T.storage(&[StorageParameter::new(
        "infer_rbr_region_col_using_constraint",
        StorageValue::Text("fk")
    )]));
    let message = schema.ddl(Target::COCKROACHDB.at_version(25, 2)).expect_err("it is too old").to_string();
    for part in
        ["table `t`", "`infer_rbr_region_col_using_constraint`", "CockroachDB 25.3 or later", "upgrade"]
    {
        assert!(message.contains(part), "`{part}` is not in `{message}`");
    }
    for target in [Target::COCKROACHDB, Target::COCKROACHDB.at_version(25, 3), Target::POSTGRESQL] {
        assert!(schema.ddl(target).is_ok(), "{target}");
    }
}

#[test]
fn super_regions_are_turned_on_until_they_need_not_be() {
    const SCHEMA: Schema = Schema::new("app")
        .regions(&["a", "b"])
        .super_regions(&[SuperRegionDef::new("s", &["a"])])
        .tables(&[&T.allowed(&[Allowed::new("missing_locality", "it is read in one region")])]);
    for (target, set) in [
        (Target::COCKROACHDB, true),
        (Target::COCKROACHDB.at_version(26, 1), true),
        (Target::COCKROACHDB.at_version(26, 2), false),
    ] {
        let ddl = SCHEMA.ddl(target).expect("it prints");
        let script = ddl.to_string();
        let settings: Vec<_> = ddl.statements().iter().filter_map(DdlStatement::session_setting).collect();
        assert_eq!(settings, if set { vec!["enable_super_regions"] } else { vec![] }, "{target}");
        assert_eq!(script.contains("SET enable_super_regions = on;\nALTER DATABASE"), set, "{script}");
        assert_eq!(script.contains("\nRESET enable_super_regions;"), set, "{script}");
    }
}

#[test]
fn an_open_schema_is_said_only_where_it_could_be_locked() {
    let schema = schema!(T.schema_locked(false));
    let print = |target: Target| schema.ddl(target).expect("it prints").to_string();
    assert!(print(Target::COCKROACHDB).contains("schema_locked = false"));
    assert!(!print(Target::COCKROACHDB.at_version(22, 2)).contains("schema_locked"));
}

#[test]
fn every_feature_has_a_version_and_a_name_of_its_own() {
    for (i, feature) in Feature::ALL.iter().enumerate() {
        assert!(feature.since() >= (22, 2), "{feature:?}");
        assert!(Feature::ALL[..i].iter().all(|other| other.name() != feature.name()), "{feature:?}");
    }
}

#[test]
fn a_type_that_the_target_is_too_old_for_is_refused() {
    const PAIR: CompositeDef =
        CompositeDef::new(TypeName::new("pair"), &[CompositeField::new("a", ColumnType::Int8)]);
    const LISTS: CompositeDef = CompositeDef::new(
        TypeName::new("lists"),
        &[CompositeField::new("a", ColumnType::Array(&ColumnType::Int8))],
    );
    macro_rules! of {
        ($ty:expr) => {
            schema!(TableDef::new(TypeName::new("t"), &[ID, ColumnDef::new("c", $ty)], KEY))
        };
    }
    for (schema, feature) in [
        (of!(ColumnType::TsVector), Feature::FullTextSearch),
        (of!(ColumnType::TsQuery), Feature::FullTextSearch),
        (of!(ColumnType::Array(&ColumnType::LTree)), Feature::LTree),
        (of!(ColumnType::Vector), Feature::Vector),
        (of!(ColumnType::Composite(&PAIR)), Feature::CompositeType),
        (of!(ColumnType::Composite(&LISTS)), Feature::CompositeArray),
        (of!(ColumnType::Array(&ColumnType::Composite(&LISTS))), Feature::CompositeArray),
        (of!(ColumnType::JsonPath), Feature::JsonPath),
        (of!(ColumnType::CiText), Feature::CiText),
        (of!(ColumnType::LTree), Feature::LTree),
    ] {
        let (major, minor) = feature.since();
        let before = if minor == 1 { (major - 1, 2) } else { (major, minor - 1) };
        let message =
            schema.ddl(Target::COCKROACHDB.at_version(before.0, before.1)).expect_err("it is too old");
        assert!(message.to_string().contains(feature.name()), "{message}");
        schema.ddl(Target::COCKROACHDB.at_version(major, minor)).expect("it has it");
        schema.ddl(Target::COCKROACHDB).expect("the newest has it");
        schema.ddl(Target::POSTGRESQL).expect("it is there, or an extension");
    }
}
