//! Row-level TTL, column families, storage parameters and locks.
#![allow(dead_code, reason = "only the tables are looked at")]

use crdb_orm::prelude::*;
use crdb_orm::schema::{
    ColumnDef, ColumnType, FamilyDef, ForeignKeyDef, StorageParameter, StorageValue, TableDef, TtlDef,
    TypeName,
};

use super::{CREATED_AT, Case, EMAIL, ID, KEY, SHOWN, case};

const SESSIONS: TableDef = TableDef::new(
    TypeName::new("sessions"),
    &[ID, ColumnDef::new("expires_at", ColumnType::TimestampTz).nullable(true)],
    KEY,
);
const A: TableDef =
    TableDef::new(TypeName::new("a"), &[ID, ColumnDef::new("b", ColumnType::Uuid).nullable(true)], KEY)
        .allowed(SHOWN)
        .foreign_keys(&[ForeignKeyDef::new(&["b"], TypeName::new("b"), &["id"])])
        .schema_locked(true)
        .comment("one of two");
const B: TableDef =
    TableDef::new(TypeName::new("b"), &[ID, ColumnDef::new("a", ColumnType::Uuid).nullable(true)], KEY)
        .allowed(SHOWN)
        .foreign_keys(&[ForeignKeyDef::new(&["a"], TypeName::new("a"), &["id"])])
        .schema_locked(false);

/// A session of a user.
#[derive(CrdbTable)]
#[crdb(table = "web_sessions", schema_locked, exclude_data_from_backup)]
#[crdb(ttl(
    expiration = "expires",
    job_cron = "*/10 * * * *",
    delete_batch_size = 200,
    pause,
    label_metrics
))]
#[crdb(family(hot, on(id, expires_at)), family("cold data", on(agent)))]
#[crdb(storage(
    sql_stats_automatic_collection_enabled = false,
    sql_stats_automatic_collection_min_stale_rows = 1000
))]
struct WebSession {
    #[crdb(primary_key)]
    id: Uuid,
    #[crdb(column = "expires", default = sql("now() + INTERVAL '1 day'"))]
    expires_at: DateTime<Utc>,
    agent: Option<String>,
}

#[derive(CrdbTable)]
#[crdb(
    table = "events",
    ttl(expire_after = "90 days", row_stats_poll_interval = "1m"),
    schema_locked = false
)]
struct Event {
    #[crdb(primary_key)]
    id: Uuid,
}

pub(super) const CASES: &[Case] = &[
    case("ttl_by_column", &[&SESSIONS.ttl(TtlDef::expiration("expires_at"))]),
    case(
        "ttl_settings",
        &[&SESSIONS.ttl(
            TtlDef::expire_after("90 days")
                .job_cron("30 3 * * *")
                .select_batch_size(1000)
                .delete_batch_size(200)
                .select_rate_limit(0)
                .delete_rate_limit(50)
                .pause()
                .row_stats_poll_interval("1m")
                .label_metrics()
                .disable_changefeed_replication(),
        )],
    ),
    case(
        "ttl_by_expression",
        &[&SESSIONS.ttl(TtlDef::expiration("expires_at + '1 day'::INTERVAL")).comment("it's temporary")],
    ),
    case(
        "families",
        &[&TableDef::new(TypeName::new("people"), &[ID, EMAIL, CREATED_AT], KEY).families(&[
            FamilyDef::new("f1", &["id", "email"]),
            FamilyDef::new("Family \"2\"", &["created_at"]),
        ])],
    ),
    case(
        "storage_parameters",
        &[&SESSIONS.exclude_data_from_backup().storage(&[
            StorageParameter::new("fillfactor", StorageValue::Integer(70)),
            StorageParameter::new("sql_stats_forecasts_enabled", StorageValue::Bool(false)),
            StorageParameter::new(
                "sql_stats_automatic_collection_fraction_stale_rows",
                StorageValue::Text("0.2"),
            ),
        ])],
    ),
    case("schema_locked", &[&A, &B]),
    case("derived_storage", &[WebSession::TABLE, Event::TABLE]),
];
