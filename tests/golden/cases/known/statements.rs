//! What the pages of CockroachDB's documentation show of each statement of a schema, each with its page.
#![allow(dead_code, reason = "the tables are printed")]
#![allow(clippy::duplicated_attributes, reason = "two of one kind are no duplicate")]

use crdb_orm::prelude::*;
use crdb_orm::schema::{
    ChangefeedDef, ChangefeedOption as O, ChangefeedSchedule, ChangefeedTarget, KafkaSink, LocalityZone,
    SchemaChangefeed, SequenceDef, SequenceOptions, SqlObject, SqlSchemaDef, SuperRegionDef, SurvivalGoal,
    TypeName, ZoneConfig,
};

use crate::cases::Case;

/// "CREATE TABLE": <https://www.cockroachlabs.com/docs/stable/create-table>: secondary and GIN indexes, a column that an
/// update sets, a generated key.
#[derive(CrdbTable)]
#[crdb(table = "vehicles", index(on(status)), index(ix_vehicle_ext, on(ext), inverted))]
#[crdb(family(family_1, on(id, ty, owner_id, status, last_location, ext, created_at, changed_at)))]
struct Vehicle {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(column = "type")]
    ty: Option<String>,
    owner_id: Option<Uuid>,
    #[crdb(default = now())]
    created_at: NaiveDateTime,
    #[crdb(default = now(), on_update = now())]
    changed_at: NaiveDateTime,
    #[crdb(check = "status IN ('available', 'in_use', 'lost')")]
    status: Option<String>,
    last_location: Option<String>,
    ext: Option<Json<serde_json::Value>>,
}

/// "Define table partitions": <https://www.cockroachlabs.com/docs/stable/partitioning>: by a list, and each again by a range.
#[derive(CrdbTable)]
#[crdb(table = "students", primary_key(country, expected_graduation_date, id))]
#[crdb(partition(
    list(country),
    australia(
        "AU",
        "NZ",
        partition(
            range(expected_graduation_date),
            graduated_au(from(minvalue), to("2017-08-15")),
            current_au(from("2017-08-15"), to(maxvalue))
        )
    ),
    north_america(
        "US",
        "CA",
        partition(
            range(expected_graduation_date),
            graduated_us(from(minvalue), to("2017-08-15")),
            current_us(from("2017-08-15"), to(maxvalue))
        )
    )
))]
#[crdb(zone(partition = current_us, constraints("+ssd")))]
#[crdb(zone(partition = graduated_us, constraints("+hdd")))]
struct Student {
    id: i64,
    name: Option<String>,
    email: Option<String>,
    country: String,
    expected_graduation_date: NaiveDate,
}

/// "Replication controls": <https://www.cockroachlabs.com/docs/stable/configure-replication-zones>.
#[derive(CrdbTable)]
#[crdb(table = "customers", index(by_name, on(name)))]
#[crdb(zone(num_replicas = 5, gc_ttl_seconds = 3600, constraints("-region=west")))]
#[crdb(zone(index = by_name, num_replicas = 3, constraints("+ssd" = 1, "+region=us-east1" = 1)))]
struct Customer {
    #[crdb(primary_key)]
    id: Uuid,
    name: String,
}

/// "Foreign key": <https://www.cockroachlabs.com/docs/stable/foreign-key>: several columns, MATCH FULL, a UNIQUE column.
#[derive(CrdbTable)]
#[crdb(table = "child", index(on(a, b)), foreign_key(a, b, references = Parent, key = (Parent::A, Parent::B), match_full))]
struct Child {
    #[crdb(primary_key)]
    id: i64,
    a: Option<i64>,
    b: Option<i64>,
    #[crdb(references(Parent, key = Parent::EMAIL, on_update = cascade), index)]
    email: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(table = "parent", unique(a, b), primary_key(id, name = "primary"))]
struct Parent {
    id: i64,
    a: i64,
    b: i64,
    #[crdb(unique)]
    email: String,
}

/// "Row-level security": <https://www.cockroachlabs.com/docs/stable/row-level-security>.
#[derive(CrdbTable)]
#[crdb(table = "invoices", schema = "fintech", index(on(tenant_id)), row_level_security = forced)]
#[crdb(policy(
    tenants,
    using = "tenant_id = current_setting('app.tenant')::INT8",
    check = "tenant_id = current_setting('app.tenant')::INT8"
))]
struct Invoice {
    #[crdb(primary_key)]
    id: Uuid,
    tenant_id: i64,
    #[crdb(default = nextval("fintech.invoice_numbers"))]
    number: i64,
    note: Option<String>,
}

/// "ALTER DATABASE", "Super regions", "Zone config extensions", "Table localities".
#[derive(CrdbTable)]
#[crdb(table = "promo_codes", locality = global)]
struct PromoCode {
    #[crdb(primary_key)]
    code: String,
    description: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(table = "rides", locality = regional_by_row, auto_rehoming)]
struct Ride {
    #[crdb(primary_key)]
    id: Uuid,
    city: String,
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "known_statements",
        schema: Schema::new("docs")
            .comment("What the pages show.")
            .zone(ZoneConfig::new().num_replicas(5).gc_ttl_seconds(100_000))
            .tables(&[
                Vehicle::TABLE,
                Student::TABLE,
                Customer::TABLE,
                Child::TABLE,
                Parent::TABLE,
                Invoice::TABLE,
            ])
            .sql_schemas(&[SqlSchemaDef::new("fintech").comment("Money.")])
            .sequences(&[SequenceDef::allowed(
                TypeName::new("invoice_numbers").in_schema("fintech"),
                "the law wants them to be in order",
            )
            .options(SequenceOptions::new().start(-1).increment(-2))
            .owned_by(TypeName::new("invoices").in_schema("fintech"), "number")])
            .objects(&[
                SqlObject::view("CREATE VIEW available AS SELECT id, last_location FROM vehicles WHERE status = 'available'"),
                SqlObject::materialized_view("CREATE MATERIALIZED VIEW mails AS SELECT email FROM students"),
                SqlObject::function(
                    "CREATE FUNCTION add(a INT8, b INT8) RETURNS INT8 IMMUTABLE LANGUAGE SQL AS 'SELECT a + b'",
                ),
                SqlObject::procedure(
                    "CREATE PROCEDURE forget() LANGUAGE SQL AS $$ DELETE FROM vehicles WHERE status = 'lost'; $$",
                ),
            ])
            .changefeeds(&[
                SchemaChangefeed::new(
                    &[ChangefeedTarget::table(Vehicle::TABLE), ChangefeedTarget::table(Customer::TABLE)],
                    ChangefeedDef::to(KafkaSink::new("broker:9092").sink(), &[O::Updated, O::Resolved(None)]),
                ),
                SchemaChangefeed::new(
                    &[ChangefeedTarget::table(Student::TABLE)],
                    ChangefeedDef::new("gs://bucket?AUTH=implicit", &[]),
                )
                .scheduled(ChangefeedSchedule::new("@daily").name("students").first_run("now")),
            ]),
    },
    Case {
        name: "known_regions",
        schema: Schema::new("movr")
            .regions(&["us-east1", "us-central1", "us-west1", "europe-west1", "europe-west2", "europe-west3"])
            .survive(SurvivalGoal::Region)
            .super_regions(&[SuperRegionDef::new("usa", &["us-east1", "us-central1", "us-west1"])])
            .locality_zones(&[
                LocalityZone::regional_in(
                    "us-west1",
                    ZoneConfig::new().lease_preferences(&[&["+region=us-west1"], &["+region=us-central1"]]),
                ),
                LocalityZone::global(ZoneConfig::new().num_replicas(7)),
            ])
            .tables(&[PromoCode::TABLE, Ride::TABLE]),
    },
];
