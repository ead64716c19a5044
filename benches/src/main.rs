//! crdb-orm side by side with hand-written tokio-postgres: `cargo run --release -p crdb-benches [rounds]`;
//! `-- contended` is the contest for the same rows, `-- transaction` a transaction that nobody disturbs, `-- pool` many
//! tasks on few connections, `-- bulk` many rows against COPY, and `-- peers` everybody side by side, which is
//! `cargo xtask bench`.
//!
//! Both do the same work on the same server over one connection each, in turns, so that noise of the machine meets
//! both. What is printed is the median time of a round and the ratio; below 1.00 the library is the faster one.

mod bulk;
mod contended;
mod contestants;
mod latency;
mod peers;
mod pool;
mod transaction;

use std::time::{Duration, Instant};

use crdb_orm::testing::{DevServer, TestDb};

use crate::contestants::{Contestant, Library, Outcome, Raw, Work};

fn main() -> Outcome {
    // They have a runtime of their own: of one thread.
    match std::env::args().nth(1).as_deref() {
        Some("peers") => peers::run(std::env::args().skip(2)),
        Some(peers::MEMORY) => peers::run_for_memory(),
        _ => run(),
    }
}

#[tokio::main]
async fn run() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let rounds: usize = match arguments.next() {
        Some(word) if word == "contended" => {
            return contended::run(&contended::Options::parse(arguments)?).await;
        }
        Some(word) if word == "transaction" => {
            return transaction::run(&transaction::Options::parse(arguments)?).await;
        }
        Some(word) if word == "pool" => return pool::run(arguments).await,
        Some(word) if word == "bulk" => return bulk::run(arguments).await,
        Some(rounds) => rounds.parse()?,
        None => 60,
    };
    let db = TestDb::new().await?;
    println!("{}", DevServer::shared()?.describe());
    let library = Library::new(db.url()).await?;
    let raw = Raw::new(db.url()).await?;

    println!("{:<34}{:>14}{:>18}{:>8}", "work (median of a round)", "crdb-orm", "tokio-postgres", "ratio");
    for work in Work::ALL {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        // The first round warms up: texts are prepared, pages are read.
        for round in 0..=rounds {
            // Who begins changes from round to round.
            let (a, b) = if round % 2 == 0 {
                let a = time(&library, work).await?;
                (a, time(&raw, work).await?)
            } else {
                let b = time(&raw, work).await?;
                (time(&library, work).await?, b)
            };
            if round > 0 {
                ours.push(a);
                theirs.push(b);
            }
        }
        let (ours, theirs) = (median(&mut ours), median(&mut theirs));
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        println!("{:<34}{:>11} us{:>15} us{ratio:>8.2}", work.name(), ours.as_micros(), theirs.as_micros());
    }
    Ok(())
}

async fn time(contestant: &impl Contestant, work: Work) -> Outcome<Duration> {
    let start = Instant::now();
    contestant.round(work).await?;
    Ok(start.elapsed())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
