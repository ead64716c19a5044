//! How much memory a contestant takes: a process for each, so that nobody has what another one left.
//!
//! Such a process serves to look at one contestant alone, too, such as under `valgrind --tool=callgrind`: set the variables
//! below, and `CRDB_BENCH_TIMES` to how often the work is done.

use std::process::Command;

use super::contestant::Job;
use super::work::Work;
use super::{Place, entrants, machine};
use crate::contestants::Outcome;

/// The command of such a process.
pub(crate) const MEMORY: &str = "peers-memory";
const URL: &str = "CRDB_BENCH_URL";
const CONTESTANT: &str = "CRDB_BENCH_CONTESTANT";
const WORK: &str = "CRDB_BENCH_WORK";
const TIMES: &str = "CRDB_BENCH_TIMES";

/// The most memory above that of the idle process, in bytes; `None` where it cannot be known.
pub(super) fn peak(place: &Place, contestant: &str, work: Work) -> Outcome<Option<u64>> {
    let output = Command::new(std::env::current_exe()?)
        .arg(MEMORY)
        // Not an argument: it may hold a password.
        .env(URL, &place.plain_url)
        .env(CONTESTANT, contestant)
        .env(WORK, format!("{}:{}", work.scenario(), work.size()))
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse().ok())
}

/// What such a process does.
pub(crate) fn run_for_memory() -> Outcome {
    let variable = |name| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let (url, contestant, work) = (variable(URL)?, variable(CONTESTANT)?, variable(WORK)?);
    let works = [false, true].map(Work::all).concat();
    let is = |of: &Work| format!("{}:{}", of.scenario(), of.size()) == work;
    let work = works.into_iter().find(is).ok_or("there is no such work")?;
    let times = std::env::var(TIMES).map_or(Ok(1), |times| times.parse())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let place = Place::of(&url);
        let mut all = entrants(&place, work).await?;
        all.retain(|entrant| entrant.name() == contestant);
        let entrant = all.first_mut().ok_or("there is no such contestant")?;
        let idle = machine::resident().filter(|_| machine::forget_peak()).map(|(held, _)| held);
        entrant.run(work, Job { times, answer: false, seed: 1 }).await?;
        if let (Some(idle), Some((_, peak))) = (idle, machine::resident()) {
            println!("{}", peak.saturating_sub(idle));
        }
        Ok(())
    })
}
