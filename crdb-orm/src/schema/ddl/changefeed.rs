//! `CREATE CHANGEFEED`.
//!
//! Source: `CockroachDB`, "CREATE CHANGEFEED".

use super::super::{ChangefeedOption, Envelope, InitialScan, TableDef, ident};
use super::notices::Notice;
use super::{DdlKind, Printer};

pub(super) fn push(out: &mut Printer, table: &TableDef) {
    if out.target.is_postgresql() {
        if !table.changefeeds.is_empty() {
            // The table only: the sink's URI may hold credentials.
            out.notices.add(Notice::Changefeed, table.name.to_string());
        }
        return;
    }
    for feed in table.changefeeds {
        let mut sql = "CREATE CHANGEFEED FOR TABLE ".to_owned();
        ident::push_name(&mut sql, &table.name);
        sql.push_str(" INTO ");
        ident::push_literal(&mut sql, feed.into);
        for (i, option) in feed.options.iter().enumerate() {
            sql.push_str(if i == 0 { " WITH " } else { ", " });
            push_option(&mut sql, option);
        }
        out.push(DdlKind::Changefeed, sql);
    }
}

fn push_option(sql: &mut String, option: &ChangefeedOption) {
    let (name, value) = match *option {
        ChangefeedOption::Updated => ("updated", None),
        ChangefeedOption::Resolved(interval) => ("resolved", interval),
        ChangefeedOption::Diff => ("diff", None),
        ChangefeedOption::MvccTimestamp => ("mvcc_timestamp", None),
        ChangefeedOption::KeyInValue => ("key_in_value", None),
        ChangefeedOption::FullTableName => ("full_table_name", None),
        ChangefeedOption::SplitColumnFamilies => ("split_column_families", None),
        ChangefeedOption::MinCheckpointFrequency(interval) => ("min_checkpoint_frequency", Some(interval)),
        ChangefeedOption::Envelope(envelope) => ("envelope", Some(envelope_name(envelope))),
        ChangefeedOption::InitialScan(scan) => ("initial_scan", Some(scan_name(scan))),
    };
    sql.push_str(name);
    if let Some(value) = value {
        sql.push_str(" = ");
        ident::push_literal(sql, value);
    }
}

fn envelope_name(envelope: Envelope) -> &'static str {
    match envelope {
        Envelope::Wrapped => "wrapped",
        Envelope::Row => "row",
        Envelope::KeyOnly => "key_only",
        Envelope::Bare => "bare",
        Envelope::Enriched => "enriched",
    }
}

fn scan_name(scan: InitialScan) -> &'static str {
    match scan {
        InitialScan::Yes => "yes",
        InitialScan::No => "no",
        InitialScan::Only => "only",
    }
}
