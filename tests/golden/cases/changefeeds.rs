//! Changefeeds.

use crdb_orm::schema::{ChangefeedDef, ChangefeedOption as O, Envelope, InitialScan, TableDef, TypeName};

use super::{Case, ID, KEY, case};

const ORDERS: TableDef = TableDef::new(TypeName::new("orders"), &[ID], KEY);

pub(super) const CASES: &[Case] = &[
    case("changefeed_plain", &[&ORDERS.changefeeds(&[ChangefeedDef::new("kafka://broker:9092", &[])])]),
    case(
        "changefeed_options",
        &[&ORDERS.changefeeds(&[ChangefeedDef::new(
            "webhook-https://example.com/it's?insecure_tls_skip_verify=true",
            &[
                O::Updated,
                O::Resolved(Some("10s")),
                O::Diff,
                O::MvccTimestamp,
                O::KeyInValue,
                O::FullTableName,
                O::SplitColumnFamilies,
                O::MinCheckpointFrequency("1s"),
                O::Envelope(Envelope::Wrapped),
                O::InitialScan(InitialScan::Only),
            ],
        )])],
    ),
    case(
        "changefeed_values",
        &[&ORDERS.changefeeds(&[
            ChangefeedDef::new("kafka://a", &[O::Resolved(None), O::InitialScan(InitialScan::Yes)]),
            ChangefeedDef::new("kafka://b", &[O::Envelope(Envelope::Row), O::InitialScan(InitialScan::No)]),
            ChangefeedDef::new("kafka://c", &[O::Envelope(Envelope::KeyOnly)]),
            ChangefeedDef::new("kafka://d", &[O::Envelope(Envelope::Bare)]),
            ChangefeedDef::new("kafka://e", &[O::Envelope(Envelope::Enriched)]),
        ])],
    ),
    case(
        "changefeed_of_a_table_in_a_schema",
        &[&TableDef::new(TypeName::new("orders").in_schema("sales"), &[ID], KEY).changefeeds(&[
            ChangefeedDef::new("s3://bucket/path?AWS_SECRET_ACCESS_KEY=hush", &[O::Updated]),
        ])],
    ),
];
