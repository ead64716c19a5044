//! Forms of statements beside the ordinary ones: options of identities, parts of intervals, keys to other keys than the
//! primary one, partitions of all indexes, zones of localities, changefeeds of a schema.
#![allow(dead_code, reason = "only the tables are looked at")]
#![allow(clippy::duplicated_attributes, reason = "two of one kind are no duplicate")]

use crdb_orm::prelude::*;
use crdb_orm::schema::{
    CdcQuery, ChangefeedDef, ChangefeedOption as O, ChangefeedSchedule, ChangefeedTarget, CloudStorageSink,
    DefaultValue, KafkaSink, LocalityZone, OnExecutionFailure, OnPreviousRunning, SchemaChangefeed,
    SequenceDef, SequenceOptions, SqlObject, SqlSchemaDef, TypeName, ZoneConfig,
};
use crdb_orm::types::{Box2d, Interval, JsonPath, TimeTz};

use super::{Case, ID, KEY, case};
use crdb_orm::schema::{ColumnDef, ColumnType, TableDef};

pub(super) const CASES: &[Case] = &[
    case("column_identity_options", &[Ticket::TABLE]),
    case("column_interval_parts", &[Duration::TABLE]),
    case("column_sizes_of_arrays", &[Sized::TABLE]),
    case("column_default_in_parentheses", &[&LOOSE]),
    case("types_of_paths", &[Paths::TABLE]),
    case("types_of_boxes", &[Boxes::TABLE]),
    case("composite_of_times", &[Shift::TABLE]),
    case("unique_without_index", &[Booking::TABLE]),
    case("foreign_key_to_a_unique_key", &[Member::TABLE, Club::TABLE]),
    case("partition_of_all_indexes", &[Visitor::TABLE]),
    case("zone_of_an_unnamed_index", &[Zoned::TABLE]),
    Case {
        name: "zones_of_localities",
        schema: Schema::new("My shop")
            .regions(&["us-east1", "us-west1"])
            .tables(&[Everywhere::TABLE])
            .locality_zones(&[
                LocalityZone::global(ZoneConfig::new().gc_ttl_seconds(600)),
                LocalityZone::regional(ZoneConfig::new().num_voters(5)),
                LocalityZone::regional_in(
                    "us-west1",
                    ZoneConfig::new().num_replicas(7).lease_preferences(&[&["+region=us-west1"]]),
                ),
            ]),
    },
    Case {
        name: "sequence_owned",
        schema: Schema::new("app").tables(&[Invoice::TABLE]).sequences(&[
            SequenceDef::allowed(TypeName::new("pages"), "readers count them")
                .owned_by(TypeName::new("invoices"), "number"),
            SequenceDef::allowed(
                TypeName::new("Invoice numbers").in_schema("sales"),
                "the law wants them to be in order",
            )
            .options(SequenceOptions::new().start(1000))
            .owned_by(TypeName::new("invoices"), "number"),
        ]),
    },
    Case {
        name: "sql_schemas_with_more",
        schema: Schema::new("app").comment("The whole of it: 'all'.").tables(&[Plain::TABLE]).sql_schemas(&[
            SqlSchemaDef::new("sales").comment("What is sold."),
            SqlSchemaDef::new("Nothing in it"),
            SqlSchemaDef::new("public").comment("The rest."),
        ]),
    },
    Case {
        name: "procedures",
        schema: Schema::new("app").tables(&[Plain::TABLE]).objects(&[SqlObject::procedure(
            "CREATE PROCEDURE forget() LANGUAGE SQL AS $$ DELETE FROM plain WHERE note IS NULL; $$",
        )]),
    },
    Case {
        name: "changefeeds_of_the_schema",
        schema: Schema::new("app").tables(&[Plain::TABLE, Wide::TABLE]).changefeeds(&[
            SchemaChangefeed::new(
                &[ChangefeedTarget::table(Plain::TABLE), ChangefeedTarget::table(Wide::TABLE)],
                ChangefeedDef::to(
                    KafkaSink::new("broker:9092").sasl_scram_sha_512("app", "hush").sink(),
                    &[O::Updated, O::Resolved(Some("10s")), O::SplitColumnFamilies],
                ),
            ),
            SchemaChangefeed::new(
                &[ChangefeedTarget::family(Wide::TABLE, "Hot \"one\"")],
                ChangefeedDef::new("kafka://broker:9092", &[]),
            ),
            SchemaChangefeed::new(
                &[ChangefeedTarget::table(Plain::TABLE)],
                ChangefeedDef::to(CloudStorageSink::s3("exports", "plain").implicit().sink(), &[]),
            )
            .scheduled(
                ChangefeedSchedule::new("30 3 * * *")
                    .name("it's \"nightly\"")
                    .first_run("now")
                    .on_execution_failure(OnExecutionFailure::Retry)
                    .on_previous_running(OnPreviousRunning::Skip),
            ),
            SchemaChangefeed::new(
                &[ChangefeedTarget::table(Plain::TABLE)],
                ChangefeedDef::to(CloudStorageSink::s3("exports", "notes").implicit().sink(), &[])
                    .query(CdcQuery::select("id, note").filter("note IS NOT NULL")),
            )
            .scheduled(ChangefeedSchedule::new("@weekly")),
            SchemaChangefeed::new(
                &[ChangefeedTarget::table(Plain::TABLE), ChangefeedTarget::table(Wide::TABLE)],
                ChangefeedDef::sinkless(&[O::SplitColumnFamilies]),
            ),
        ]),
    },
];

#[derive(CrdbTable)]
#[crdb(table = "tickets", allow(identity, reason = "people queue by the number"))]
struct Ticket {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(identity(always, start = 1000, increment = 10, min = 1000, max = 9_999, cache = 100))]
    number: i64,
    #[crdb(identity(increment = -1))]
    back: i64,
    #[crdb(identity(by_default, node_cache = 256))]
    by_node: i32,
}

#[derive(CrdbTable)]
#[crdb(table = "durations")]
struct Duration {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(interval(year_to_month))]
    term: Interval,
    #[crdb(interval(day_to_second, 3), default = "1 day")]
    lasts: Interval,
    #[crdb(interval(second))]
    wait: Option<Interval>,
    #[crdb(interval(hour))]
    hours: Vec<Interval>,
}

#[derive(CrdbTable)]
#[crdb(table = "sized", primary_key(name, id, name = "the key"))]
struct Sized {
    id: Uuid,
    name: String,
    #[crdb(string(8))]
    words: Vec<String>,
    #[crdb(decimal(10, 2))]
    prices: Option<Vec<Decimal>>,
}

const LOOSE: TableDef = TableDef::new(
    TypeName::new("loose"),
    &[
        ID,
        ColumnDef::new("a", ColumnType::Bool).default(DefaultValue::Sql("true OR false")),
        ColumnDef::new("b", ColumnType::Bool).default(DefaultValue::Sql("1 IN (1, 2)")),
        ColumnDef::new("c", ColumnType::Timestamp).default(DefaultValue::Sql("now() AT TIME ZONE 'UTC'")),
        ColumnDef::new("d", ColumnType::Int8).default(DefaultValue::Sql("1 + 2 * 3")),
        ColumnDef::new("e", ColumnType::Bool)
            .default(DefaultValue::Sql("NOT false"))
            .on_update(DefaultValue::Sql("'a' LIKE 'b'")),
    ],
    KEY,
);

#[derive(CrdbTable)]
#[crdb(table = "paths")]
struct Paths {
    #[crdb(primary_key)]
    id: Uuid,
    path: JsonPath,
}

#[derive(CrdbTable)]
#[crdb(table = "boxes")]
struct Boxes {
    #[crdb(primary_key)]
    id: Uuid,
    around: Box2d,
    others: Option<Vec<Box2d>>,
}

#[derive(CrdbComposite)]
struct Hours {
    opens: TimeTz,
    lasts: Interval,
}

#[derive(CrdbTable)]
#[crdb(table = "shifts")]
struct Shift {
    #[crdb(primary_key)]
    id: Uuid,
    hours: Hours,
}

#[derive(CrdbTable)]
#[crdb(table = "bookings", unique(seats, on(flight, seat), without_index))]
struct Booking {
    #[crdb(primary_key)]
    id: Uuid,
    flight: String,
    seat: i32,
    #[crdb(unique(without_index))]
    code: String,
}

#[derive(CrdbTable)]
#[crdb(table = "clubs", unique(city, name))]
struct Club {
    #[crdb(primary_key)]
    id: Uuid,
    city: String,
    name: String,
    #[crdb(unique)]
    email: String,
}

#[derive(CrdbTable)]
#[crdb(table = "members", index(on(city, club)))]
#[crdb(foreign_key(
    city,
    club,
    references = Club,
    key = (Club::CITY, Club::NAME),
    match_full,
    name = "of a club",
    on_delete = set_null
))]
struct Member {
    #[crdb(primary_key)]
    id: Uuid,
    city: Option<String>,
    club: Option<String>,
    #[crdb(references(Club, key = Club::EMAIL, on_update = cascade, name = "of_an_address"), index)]
    address: String,
}

#[derive(CrdbTable)]
#[crdb(table = "visitors", index(on(name)))]
#[crdb(partition(all, list(country), americas("us", "ca"), rest(default)))]
#[crdb(zone(partition = americas, gc_ttl_seconds = 600))]
struct Visitor {
    #[crdb(primary_key)]
    id: Uuid,
    country: String,
    name: String,
}

#[derive(CrdbTable)]
#[crdb(table = "zoned", index(on(city)), index(on("lower(city)")), unique(city, name))]
#[crdb(partition(index = zoned_city_idx, list(city), east("ny"), rest(default)))]
#[crdb(zone(copy_from_parent(num_replicas, constraints), gc_ttl_seconds = 60))]
#[crdb(zone(index = zoned_city_idx, gc_ttl_seconds = 60))]
#[crdb(zone(index = zoned_expr_idx, gc_ttl_seconds = 60))]
#[crdb(zone(index = zoned_city_name_key, gc_ttl_seconds = 60))]
#[crdb(zone(index = zoned_name_key, gc_ttl_seconds = 60))]
#[crdb(zone(index = zoned_pkey, gc_ttl_seconds = 60))]
#[crdb(zone(index = zoned_city_idx, partition = east, gc_ttl_seconds = 60))]
struct Zoned {
    #[crdb(primary_key)]
    id: Uuid,
    city: String,
    #[crdb(unique)]
    name: String,
}

#[derive(CrdbTable)]
#[crdb(table = "everywhere", locality = global)]
struct Everywhere {
    #[crdb(primary_key)]
    id: Uuid,
}

#[derive(CrdbTable)]
#[crdb(table = "invoices")]
struct Invoice {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(default = sql("nextval('sales.\"Invoice numbers\"')"))]
    number: i64,
}

#[derive(CrdbTable)]
#[crdb(table = "plain")]
struct Plain {
    #[crdb(primary_key)]
    id: Uuid,
    note: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(table = "wide", family("Hot \"one\"", on(id, count)), family(cold, on(note)))]
struct Wide {
    #[crdb(primary_key)]
    id: Uuid,
    count: i64,
    note: Option<String>,
}
