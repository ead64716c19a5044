//! A transaction that nobody disturbs: `cargo run --release -p crdb-benches -- transaction [options]`.
//!
//! Two rows are read by key, and both are updated. By hand it is BEGIN, a read, a read, a write, a write and COMMIT,
//! each awaited before the next, as it is mostly written. The library is given the same calls, and then the same work
//! with reads that are joined and writes that are deferred.

use std::time::{Duration, Instant};

use crdb_orm::prelude::*;
use crdb_orm::testing::TestDb;
use tokio_postgres::{Client, NoTls, Statement};

use crate::contestants::Outcome;
use crate::latency::behind;

/// An account with a balance.
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "accounts")]
struct Account {
    #[crdb(primary_key)]
    id: i64,
    balance: i64,
}

const SCHEMA: Schema = Schema::new("transaction").tables(&[Account::TABLE]);
const ROWS: i64 = 1_000;

/// What is run.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) url: Option<String>,
    /// Milliseconds that are added to each round trip.
    pub(crate) latency: f64,
    pub(crate) rounds: usize,
    /// Transactions of a round.
    pub(crate) transactions: i64,
    /// Only the library, for a profile.
    pub(crate) alone: bool,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self { url: None, latency: 0.0, rounds: 60, transactions: 50, alone: false };
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{name} needs a value"));
            match name.as_str() {
                "--url" => options.url = Some(value()?),
                "--latency" => options.latency = value()?.parse()?,
                "--rounds" => options.rounds = value()?.parse()?,
                "--transactions" => options.transactions = value()?.parse()?,
                "--alone" => options.alone = true,
                _ => return Err(format!("there is no option {name}").into()),
            }
        }
        Ok(options)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contestant {
    Hand,
    /// The same statements one after the other.
    OneByOne,
    /// Reads joined, writes deferred.
    Together,
    /// The same without contention control.
    Unlimited,
}

impl Contestant {
    const ALL: [Self; 4] = [Self::Hand, Self::OneByOne, Self::Together, Self::Unlimited];

    fn name(self) -> &'static str {
        match self {
            Self::Hand => "by hand",
            Self::OneByOne => "crdb-orm, awaited one by one",
            Self::Together => "crdb-orm, joined and deferred",
            Self::Unlimited => "the same, `.limit(false)`",
        }
    }
}

pub(crate) async fn run(options: &Options) -> Outcome {
    let test = if options.url.is_none() { Some(TestDb::new().await?) } else { None };
    let mut url = match (&options.url, &test) {
        (Some(url), _) => url.clone(),
        (None, Some(test)) => test.url().to_owned(),
        (None, None) => return Err("no server".into()),
    };
    if options.latency > 0.0 {
        url = behind(&url, Duration::from_secs_f64(options.latency / 1e3))?;
    }
    let library = Database::builder(&url).max_connections(1).connect().await?;
    println!("{}, {} ms added to each round trip", library.server(), options.latency);
    library.create_schema(&SCHEMA).await?;
    for id in 0..ROWS {
        Account::insert().id(id).balance(1_000).build().or_update().exec(&library).await?;
    }
    let hand = Hand::connect(&url).await?;

    let contestants = if options.alone { &[Contestant::Together][..] } else { &Contestant::ALL[..] };
    let mut times = vec![Vec::new(); contestants.len()];
    // The first round warms up: texts are prepared, pages are read.
    for round in 0..=options.rounds {
        for turn in 0..contestants.len() {
            let index = (round + turn) % contestants.len();
            let began = Instant::now();
            for number in 0..options.transactions {
                let (from, to) = (number % ROWS, (number + 1) % ROWS);
                match contestants[index] {
                    Contestant::Hand => hand.transfer(from, to).await?,
                    Contestant::OneByOne => one_by_one(&library, from, to).await?,
                    Contestant::Together => together(&library, from, to, true).await?,
                    Contestant::Unlimited => together(&library, from, to, false).await?,
                }
            }
            if round > 0 {
                times[index].push(began.elapsed());
            }
        }
    }
    println!("{:<34}{:>16}{:>10}", "median of a transaction", "us", "ratio");
    let mut first = None;
    for (contestant, times) in contestants.iter().zip(&mut times) {
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default().as_secs_f64();
        let transactions = f64::from(u32::try_from(options.transactions)?);
        let ratio = median / *first.get_or_insert(median);
        println!("{:<34}{:>16.1}{ratio:>10.3}", contestant.name(), median * 1e6 / transactions);
    }
    Ok(())
}

async fn one_by_one(db: &Database, from: i64, to: i64) -> Outcome {
    db.transaction("transfer", async |tx| {
        let a = Account::find(from).one(&tx).await?;
        let b = Account::find(to).one(&tx).await?;
        Account::update(from).set(Account::BALANCE, a.balance - 1).exec(&tx).await?;
        Account::update(to).set(Account::BALANCE, b.balance + 1).exec(&tx).await
    })
    .await?;
    Ok(())
}

async fn together(db: &Database, from: i64, to: i64, limit: bool) -> Outcome {
    db.transaction("transfer", async |tx| {
        let (a, b) = tokio::try_join!(Account::find(from).one(&tx), Account::find(to).one(&tx))?;
        Account::update(from).set(Account::BALANCE, a.balance - 1).defer(&tx);
        Account::update(to).set(Account::BALANCE, b.balance + 1).defer(&tx);
        Ok::<_, crdb_orm::Error>(())
    })
    .limit(limit)
    .await?;
    Ok(())
}

/// A connection that is used by hand.
struct Hand {
    client: Client,
    read: Statement,
    write: Statement,
}

impl Hand {
    async fn connect(url: &str) -> Outcome<Self> {
        let url = url.split_once("://").map_or(url.to_owned(), |(_, rest)| format!("postgresql://{rest}"));
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
        tokio::spawn(connection);
        let read = client.prepare("SELECT id, balance FROM accounts WHERE id = $1").await?;
        let write = client.prepare("UPDATE accounts SET balance = $2 WHERE id = $1").await?;
        Ok(Self { client, read, write })
    }

    async fn balance(&self, id: i64) -> Outcome<i64> {
        Ok(self.client.query_one(&self.read, &[&id]).await?.try_get(1)?)
    }

    async fn transfer(&self, from: i64, to: i64) -> Outcome {
        self.client.batch_execute("BEGIN ISOLATION LEVEL SERIALIZABLE").await?;
        let a = self.balance(from).await?;
        let b = self.balance(to).await?;
        self.client.execute(&self.write, &[&from, &(a - 1)]).await?;
        self.client.execute(&self.write, &[&to, &(b + 1)]).await?;
        self.client.batch_execute("COMMIT").await?;
        Ok(())
    }
}
