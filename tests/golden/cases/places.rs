//! Partitions and zone configurations.

use crdb_orm::Schema;
use crdb_orm::schema::{
    Allowed, ColumnDef, ColumnType, IndexDef, KeyPart, PartitionBy, PartitionDef, PartitionValue,
    PartitioningDef, PrimaryKeyDef, TableDef, TypeName, ZoneConfig, ZoneConstraints, ZoneDef,
};

use super::{CREATED_AT, Case, EMAIL, ID, KEY, case};

const COUNTRY: ColumnDef = ColumnDef::new("country", ColumnType::String);
const USERS: TableDef = TableDef::new(
    TypeName::new("users"),
    &[COUNTRY, ID, CREATED_AT, EMAIL],
    PrimaryKeyDef::new(&[KeyPart::asc("country"), KeyPart::asc("created_at"), KeyPart::asc("id")]),
);

const fn text(text: &'static str) -> PartitionValue {
    PartitionValue::Text(text)
}

const BY_YEAR: PartitionBy = PartitionBy::range(
    &["created_at"],
    &[
        PartitionDef::range(
            "old",
            &[PartitionValue::Min],
            &[PartitionValue::Sql("'2024-01-01'::TIMESTAMPTZ")],
        ),
        PartitionDef::range(
            "new",
            &[PartitionValue::Sql("'2024-01-01'::TIMESTAMPTZ")],
            &[PartitionValue::Max],
        ),
    ],
);

const BY_COUNTRY: PartitionBy = PartitionBy::list(
    &["country"],
    &[
        PartitionDef::list("americas", &[&[text("us")], &[text("ca")]]),
        PartitionDef::list("o'clock \"land\"", &[&[text("o'clock")]]).by(&BY_YEAR),
        PartitionDef::list("rest", &[&[PartitionValue::Default]]),
    ],
);

const BY_TWO: PartitionBy = PartitionBy::list(
    &["country", "created_at"],
    &[
        PartitionDef::list(
            "one",
            &[&[text("us"), PartitionValue::Sql("'2024-01-01'")], &[text("ca"), PartitionValue::Default]],
        ),
        PartitionDef::list("rest", &[&[PartitionValue::Default]]),
    ],
);

const BY_EMAIL: PartitionBy = PartitionBy::range(
    &["email"],
    &[
        PartitionDef::range("first", &[PartitionValue::Min], &[text("n")]),
        PartitionDef::range("second", &[text("n")], &[PartitionValue::Max]),
    ],
);

const PLAIN: TableDef = TableDef::new(TypeName::new("plain"), &[ID, EMAIL], KEY).indexes(&[
    IndexDef::new(&[KeyPart::asc("email")]).name("by_email").unique().filter("email != ''"),
    IndexDef::new(&[KeyPart::desc("email")]).storing(&["id"]),
]);

const GC: ZoneConfig = ZoneConfig::new().gc_ttl_seconds(600);

pub(super) const CASES: &[Case] = &[
    case("partition_by_list", &[&USERS.partitions(&[PartitioningDef::table(BY_COUNTRY)])]),
    case("partition_by_two_columns", &[&USERS.partitions(&[PartitioningDef::table(BY_TWO)])]),
    case(
        "partition_of_indexes",
        &[&PLAIN.partitions(&[
            PartitioningDef::index("by_email", BY_EMAIL),
            PartitioningDef::index("plain_email_idx", BY_EMAIL),
        ])],
    ),
    case(
        "zones",
        &[&PLAIN.partitions(&[PartitioningDef::index("by_email", BY_EMAIL)]).zones(&[
            ZoneDef::new(
                GC.range_min_bytes(1 << 27)
                    .range_max_bytes(1 << 29)
                    .num_replicas(5)
                    .num_voters(3)
                    .constraints(ZoneConstraints::PerReplica(&[
                        (&["+region=us-east1", "+ssd"], 2),
                        (&["+region=us-west1"], 1),
                    ]))
                    .voter_constraints(ZoneConstraints::All(&["+region=us-east1"]))
                    .lease_preferences(&[&["+region=us-east1", "+zone=a"], &["-region=us-west1"]]),
            ),
            ZoneDef::new(GC).index("plain_pkey"),
            ZoneDef::new(ZoneConfig::new().constraints(ZoneConstraints::All(&["-ssd", "+region=a"])))
                .index("by_email"),
            ZoneDef::new(GC).index("by_email").partition("first"),
        ])],
    ),
    case(
        "zone_of_a_partition",
        &[&USERS.partitions(&[PartitioningDef::table(BY_COUNTRY)]).zones(&[
            ZoneDef::new(GC.num_replicas(3)).partition("o'clock \"land\""),
            ZoneDef::new(GC).partition("old"),
        ])],
    ),
    Case {
        name: "zone_of_the_database",
        schema: Schema::new("My shop").zone(GC.num_replicas(3)).tables(&[&PLAIN]),
    },
    Case {
        name: "zones_with_regions",
        schema: Schema::new("app").regions(&["us-east1", "us-west1"]).zone(GC).tables(&[&PLAIN
            .zones(&[ZoneDef::new(GC)])
            .allowed(&[Allowed::new("missing_locality", "it is read in one region")])]),
    },
];
