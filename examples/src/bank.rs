//! The bank: many tasks move money between few accounts, and the sum stays what it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crdb_orm::prelude::*;

use crate::Outcome;
use crate::table::Table as Printed;

/// An account.
#[derive(CrdbTable, Debug, Clone, PartialEq)]
#[crdb(table = "accounts", check = "balance >= 0")]
pub struct Account {
    /// Its number.
    #[crdb(primary_key)]
    pub id: Uuid,
    /// What is on it.
    #[crdb(decimal(19, 2))]
    pub balance: Decimal,
}

/// The bank's schema.
pub const BANK: Schema = Schema::new("bank").tables(&[Account::TABLE]);

/// Why a transfer did not happen.
#[derive(Debug)]
pub enum Transfer {
    /// There is not enough money on the account: a decision of ours, not an error of the database.
    Insufficient,
    /// The database said no.
    Database(crdb_orm::Error),
}

impl From<crdb_orm::Error> for Transfer {
    fn from(error: crdb_orm::Error) -> Self {
        Self::Database(error)
    }
}

/// Moves money from one account to another: both change, or neither does.
///
/// The closure is run again as a whole when the database asks for it (SQLSTATE 40001).
///
/// # Errors
/// [`Transfer::Insufficient`], which rolls back and is not retried; or an error of the database.
pub async fn transfer(db: &Database, from: Uuid, to: Uuid, amount: Decimal) -> Result<(), Transfer> {
    db.try_transaction("transfer", async |tx| {
        let payer = Account::find(from).one(&tx).await?;
        if payer.balance < amount {
            return Err(Transfer::Insufficient);
        }
        Account::update(from).sub(Account::BALANCE, amount).exec(&tx).await?;
        Account::update(to).add(Account::BALANCE, amount).exec(&tx).await?;
        Ok(())
    })
    .await
}

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Accounts.
    pub accounts: usize,
    /// Tasks at work together.
    pub tasks: usize,
    /// Transfers in all.
    pub transfers: u64,
}

/// What came of a run.
#[derive(Debug)]
pub struct Report {
    /// Transfers that were made.
    pub made: u64,
    /// Transfers that were refused for lack of money.
    pub refused: u64,
    /// The sum of all money before and after.
    pub sums: (Decimal, Decimal),
    /// How long each transfer took, shortest first.
    pub latencies: Vec<Duration>,
    /// How long the run took.
    pub elapsed: Duration,
}

impl Report {
    /// The latency that so many of a hundred transfers did not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies.get(last * percent / 100).copied().unwrap_or_default()
    }
}

/// Opens the accounts and runs the transfers.
///
/// # Errors
/// Any error of the database; a transfer that lacks money is none.
pub async fn run(db: &Database, size: Size) -> Outcome<Report> {
    db.create_schema(&BANK).await?;
    let mut ids = Vec::with_capacity(size.accounts);
    for _ in 0..size.accounts {
        ids.push(Account::insert().balance(Decimal::ONE_HUNDRED).one(db).await?.id);
    }
    let ids = Arc::new(ids);
    let before = sum(db).await?;
    let next = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let tasks: Vec<_> = (0..size.tasks)
        .map(|_| {
            let (db, ids, next) = (db.clone(), Arc::clone(&ids), Arc::clone(&next));
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                let mut refused = 0;
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= size.transfers {
                        return Ok::<_, crdb_orm::Error>((latencies, refused));
                    }
                    let (from, to) = pair(n, ids.len());
                    let started = Instant::now();
                    match transfer(&db, ids[from], ids[to], Decimal::from(1 + n % 20)).await {
                        Ok(()) => latencies.push(started.elapsed()),
                        Err(Transfer::Insufficient) => refused += 1,
                        Err(Transfer::Database(error)) => return Err(error),
                    }
                }
            })
        })
        .collect();
    let mut latencies = Vec::new();
    let mut refused = 0;
    for task in tasks {
        let (took, no) = task.await??;
        latencies.extend(took);
        refused += no;
    }
    let elapsed = start.elapsed();
    latencies.sort_unstable();
    let sums = (before, sum(db).await?);
    Ok(Report { made: latencies.len() as u64, refused, sums, latencies, elapsed })
}

/// Two different accounts; half of the transfers touch the first eight, so that there is something to retry.
fn pair(n: u64, accounts: usize) -> (usize, usize) {
    let limit = if n.is_multiple_of(2) { accounts.min(8) } else { accounts };
    let spread =
        |k: u64| usize::try_from(n.wrapping_mul(2_654_435_761).wrapping_add(k) >> 7).unwrap_or(0) % limit;
    let (from, to) = (spread(0), spread(n ^ 0x9E37));
    (from, if from == to { (to + 1) % limit } else { to })
}

async fn sum(db: &Database) -> Outcome<Decimal> {
    Ok(Account::query().sum(Account::BALANCE, db).await?.unwrap_or_default())
}

/// Prints what came of a run, with the retries that nobody had to write.
pub fn show(db: &Database, size: Size, report: &Report) {
    let stats = db.stats();
    let title = format!("{} transfers, {} tasks, {} accounts", size.transfers, size.tasks, size.accounts);
    let mut table = Printed::new(title, &["figure", "value"]);
    // Counts of a demo are far below 2^32.
    let rate = f64::from(u32::try_from(report.made).unwrap_or(u32::MAX)) / report.elapsed.as_secs_f64();
    table.row(&[&"transfers made", &report.made]);
    table.row(&[&"refused for lack of money", &report.refused]);
    table.row(&[&"commits", &stats.commits]);
    table.row(&[&"attempts", &stats.attempts]);
    for (cause, times) in &stats.retries {
        table.row(&[&format!("retries: {cause}"), times]);
    }
    table.row(&[&"transfers per second", &format!("{rate:.0}")]);
    table.row(&[&"p50, ms", &format!("{:.1}", report.percentile(50).as_secs_f64() * 1e3)]);
    table.row(&[&"p99, ms", &format!("{:.1}", report.percentile(99).as_secs_f64() * 1e3)]);
    table.row(&[&"money before", &report.sums.0]);
    table.row(&[&"money after", &report.sums.1]);
    print!("{table}");
}
