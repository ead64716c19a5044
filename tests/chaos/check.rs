//! What must be so afterwards.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crdb_orm::Result;
use crdb_orm::prelude::*;

use crate::bank::{Ended, Entry, sum};

/// A call and how it has ended.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) key: Uuid,
    pub(crate) call: Uuid,
    pub(crate) ended: Ended,
    pub(crate) way: crate::bank::Way,
}

/// Everything that is broken, in words.
pub(crate) async fn breaches(direct: &Database, reports: &[Report]) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    if let Some(open) = left_open(direct).await? {
        breaches.push(open);
    }
    let money: Vec<(i64,)> =
        Sql::trusted("SELECT CAST(sum(balance) AS INT8) AS sum FROM accounts").all(direct).await?;
    let money = money.first().map_or(0, |(sum,)| *sum);
    if money != sum() {
        breaches.push(format!("money is not conserved: {money} instead of {}", sum()));
    }
    let mut by_key: HashMap<Uuid, Vec<Entry>> = HashMap::new();
    for entry in Entry::filter(Entry::ID.is_not_null()).all(direct).await? {
        by_key.entry(entry.key).or_default().push(entry);
    }
    for (key, entries) in &by_key {
        if entries.len() > 1 {
            breaches.push(format!("key {key} took effect {} times", entries.len()));
        }
    }
    let states: Vec<(String,)> =
        Sql::trusted("SELECT state FROM crdb_orm_ledger WHERE state = 'claimed'").all(direct).await?;
    if !states.is_empty() {
        breaches.push(format!("{} keys are claimed, and their transactions are over", states.len()));
    }
    for report in reports {
        let entries = by_key.get(&report.key).map(Vec::as_slice).unwrap_or_default();
        let own = entries.iter().any(|entry| entry.call == report.call);
        let has = |id| entries.iter().any(|entry| entry.id == id);
        let broken = match &report.ended {
            Ended::Fresh(receipt) => !(own && has(receipt.entry)),
            Ended::Replayed(receipt) => !has(receipt.entry),
            Ended::Poor | Ended::NotCommitted(_) => own,
            Ended::Committed(_) => entries.is_empty(),
            Ended::Unknown | Ended::Dropped => false,
        };
        if broken {
            let Report { key, call, ended, way } = report;
            breaches.push(format!("{way:?}, key {key}, call {call}: {ended:?}, and the log has {entries:?}"));
        }
    }
    Ok(breaches)
}

/// Waits until nothing of ours is in a transaction; words for what still is after fifteen seconds.
///
/// The library waits for the answer to a COMMIT in the background for five, and for a rollback as long, and closes the connection then.
async fn left_open(direct: &Database) -> Result<Option<String>> {
    let until = Instant::now() + Duration::from_secs(15);
    loop {
        let open: Vec<(String, String)> = Sql::trusted(
            "SELECT COALESCE(state, '') AS state, query FROM pg_stat_activity WHERE datname = current_database() \
             AND application_name LIKE 'chaos%' AND state <> 'idle'",
        )
        .all(direct)
        .await?;
        if open.is_empty() {
            return Ok(None);
        }
        if Instant::now() > until {
            return Ok(Some(format!("{} connections are left in a transaction: {open:?}", open.len())));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
