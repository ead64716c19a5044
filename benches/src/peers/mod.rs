//! Everybody side by side: `cargo xtask bench`.
//!
//! Contestants do the same work on the same server over as many connections, in turns: a round is once everybody, and
//! who begins changes from round to round. What is compared are the times of one round, so that noise of the machine
//! meets all. Before anything is timed, all have to give the same answer. Each is written as its own guide advises.

mod answer;
mod contestant;
mod diesel;
mod machine;
mod memory;
mod options;
mod ours;
mod page;
mod raw;
mod record;
mod schema;
mod sea;
mod sqlx;
mod svg;
mod table;
mod targets;
mod toasty;
mod work;

use std::fs;

use crdb_orm::testing::{DevServer, DevServerOptions, TestDb};

pub(crate) use self::memory::{MEMORY, run_for_memory};

use self::contestant::{Contestant, Entry, Job};
use self::machine::Noise;
use self::options::Options;
use self::record::{Outcomes, Times};
use self::schema::Keeper;
use self::work::Work;
use crate::contestants::Outcome;
use crate::latency;

/// Where the work is done.
#[derive(Debug, Clone)]
struct Place {
    /// For all.
    plain_url: String,
    /// For those who do not set the isolation themselves, as the library does: with theirs set to the same.
    url: String,
}

impl Place {
    fn of(url: &str) -> Self {
        let mut plain_url = url.replacen("cockroachdb://", "postgresql://", 1);
        if !plain_url.contains("sslmode=") {
            plain_url.push(if plain_url.contains('?') { '&' } else { '?' });
            plain_url.push_str("sslmode=disable");
        }
        let url = if plain_url.contains("options=") {
            plain_url.clone()
        } else {
            format!("{plain_url}&options=-c%20default_transaction_isolation%3Dserializable")
        };
        Self { plain_url, url }
    }
}

/// Everybody, with new connections.
async fn entrants(place: &Place, work: Work) -> Outcome<Vec<Box<dyn Contestant>>> {
    let connections = work.connections();
    let place = match work {
        Work::Reads(latency) if !latency.is_zero() => {
            &Place::of(&latency::behind(&place.plain_url, latency)?)
        }
        _ => place,
    };
    let url = &place.url;
    Ok(vec![
        Box::new(raw::Raw::new(url).await?),
        Box::new(ours::Ours::new(&place.plain_url, connections).await?),
        Box::new(diesel::Diesel::new(url, connections).await?),
        Box::new(sqlx::Sqlx::new(url, connections).await?),
        Box::new(sea::SeaOrm::new(url, connections).await?),
        Box::new(toasty::Toasty::new(url, connections).await?),
        Box::new(raw::Repreparing::new(url).await?),
        Box::new(ours::Deferring::new(&place.plain_url, connections).await?),
    ])
}

/// Runs it.
pub(crate) fn run(arguments: impl Iterator<Item = String>) -> Outcome {
    let options = match Options::parse(arguments) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}");
            std::process::exit(2);
        }
    };
    if options.list {
        let mut scenarios: Vec<&str> = Work::all(options.quick).into_iter().map(Work::scenario).collect();
        scenarios.dedup();
        println!("{}", scenarios.join("\n"));
        return Ok(());
    }
    let start = || match &options.url {
        Some(url) => DevServerOptions::new().url(url).start(),
        // Everybody can connect by TCP, and some cannot by a socket.
        None => DevServerOptions::from_env().tcp().start(),
    };
    // One thread: what is measured is how much is done for a statement, not who wakes up whom.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (large, small): (Vec<Work>, Vec<Work>) =
        options.works().into_iter().partition(|work| work.is_large());
    let processors = machine::Processors::look();
    let mut noise = Noise::default();
    let mut all = Vec::new();
    let mut report = None;
    let mut contests = || {
        if !small.is_empty() {
            let (server, apart) = processors.apart(start);
            runtime.block_on(contest(
                &options,
                &server?,
                (&small, apart),
                &mut noise,
                (&mut all, &mut report),
            ))?;
            processors.free();
        }
        if !large.is_empty() {
            // What takes long uses what there is.
            runtime.block_on(contest(
                &options,
                &start()?,
                (&large, false),
                &mut noise,
                (&mut all, &mut report),
            ))?;
        }
        Ok(())
    };
    let ended: Outcome = contests();
    noise.look();
    // However it ended, what was measured by then is kept.
    if let Some(report) = report {
        publish(&report, &all, &noise, options.docs && ended.is_ok())?;
    }
    ended
}

/// Some of the works, on one server. What is known of the machine is that of the first ones.
async fn contest(
    options: &Options,
    server: &DevServer,
    (works, apart): (&[Work], bool),
    noise: &mut Noise,
    (all, first): (&mut Vec<Outcomes>, &mut Option<page::Report>),
) -> Outcome {
    let db = TestDb::on(server).await?;
    let place = Place::of(db.url());
    let keeper = Keeper::new(&db, &place.url).await?;
    let report = page::Report::begin(&keeper, options, apart).await?;
    println!("{}\n", report.describe());
    first.get_or_insert(report);
    for work in works {
        noise.look();
        let outcomes = contest_of(*work, options, &keeper, &place).await?;
        println!("{}\n", table::ratios(std::slice::from_ref(&outcomes)));
        all.push(outcomes);
    }
    Ok(())
}

fn publish(report: &page::Report, all: &[Outcomes], noise: &Noise, docs: bool) -> Outcome {
    let folder = options::folder();
    fs::create_dir_all(&folder)?;
    let records: Vec<record::Record> = all.iter().flat_map(Outcomes::records).collect();
    fs::write(folder.join("latest.json"), serde_json::to_string_pretty(&records)? + "\n")?;
    fs::write(folder.join("latest.svg"), svg::draw(all))?;
    let text = report.results(all, noise);
    println!("{text}\nWritten to {}: latest.json, latest.svg", folder.display());
    if docs {
        page::write(&text, &svg::draw(all))?;
    }
    Ok(())
}

/// One piece of work, by all.
async fn contest_of(work: Work, options: &Options, keeper: &Keeper, place: &Place) -> Outcome<Outcomes> {
    keeper.fill(work).await?;
    let mut outcomes = Outcomes { work, times: Vec::new(), cannot: Vec::new() };
    let mut entered = Vec::new();
    for entrant in entrants(place, work).await? {
        match entrant.enters(work) {
            Entry::Takes => entered.push(entrant),
            Entry::Cannot(why) => outcomes.cannot.push((entrant.name(), why.to_owned())),
            Entry::Absent => {}
        }
    }
    let mut entered = compare(work, entered, keeper, &mut outcomes).await?;
    keeper.fill(work).await?;

    let rounds = options.rounds(work);
    let warm_up = if work.is_large() { 0 } else { 2 + rounds / 10 };
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); entered.len()];
    let repeats = work.repeats();
    for round in 0..warm_up + rounds {
        for turn in 0..entered.len() {
            let who = whose_turn(round, turn, entered.len());
            keeper.before_round(work).await?;
            let job = Job { times: repeats, answer: false, seed: round };
            let run = entered[who].run(work, job).await;
            let run = run.map_err(|why| format!("{}, {work}: {why}", entered[who].name()))?;
            if round >= warm_up {
                let repeats = f64::from(u32::try_from(repeats)?);
                times[who].push(run.took.as_secs_f64() * 1e9 / repeats);
            }
        }
    }
    for (entrant, rounds) in entered.iter().zip(times) {
        let measured = matches!(work, Work::Walk(_) | Work::Stream(_));
        let peak_rss_bytes = if measured { memory::peak(place, entrant.name(), work)? } else { None };
        outcomes.times.push(Times { contestant: entrant.name(), rounds, peak_rss_bytes });
    }
    Ok(outcomes)
}

/// Everybody moves on by one from round to round, and after as many rounds as there are contestants the order is turned
/// round, so that nobody always comes after the same one.
fn whose_turn(round: usize, turn: usize, contestants: usize) -> usize {
    let forwards = (round / contestants).is_multiple_of(2);
    let turn = if forwards { turn } else { contestants - 1 - turn };
    (round + turn) % contestants
}

/// Lets each do the work once. One that fails is reported; one whose answer is another one than that of the first, which is
/// tokio-postgres where it can do it, ends the run, since its time would mean nothing.
async fn compare(
    work: Work,
    entered: Vec<Box<dyn Contestant>>,
    keeper: &Keeper,
    outcomes: &mut Outcomes,
) -> Outcome<Vec<Box<dyn Contestant>>> {
    let mut first = None;
    let mut able = Vec::new();
    for mut entrant in entered {
        keeper.fill(work).await?;
        if matches!(work, Work::Medium(_)) {
            keeper.posts_to_compare(true).await?;
        }
        let name = entrant.name();
        let run = match entrant.run(work, Job { times: 1, answer: true, seed: 7 }).await {
            Ok(run) => run,
            Err(why) => {
                outcomes.cannot.push((name, format!("it failed: {why}")));
                continue;
            }
        };
        let answer = run.answer.ok_or("there is no answer")?.sorted();
        let left = keeper.left_by(work).await?;
        if matches!(work, Work::Medium(_)) {
            keeper.posts_to_compare(false).await?;
        }
        match &first {
            None => first = Some((answer, left)),
            Some((right, _)) if *right != answer => {
                let (is, should) = (answer.describe(), right.describe());
                return Err(format!("{name}, {work}: another answer: {is}, not {should}").into());
            }
            Some((_, rows)) if *rows != left => {
                return Err(format!("{name}, {work}: it left other rows in the table").into());
            }
            Some(_) => {}
        }
        able.push(entrant);
    }
    Ok(able)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_one_turn_a_round_and_is_the_first_as_often_as_anybody() {
        let mut firsts = [0; 6];
        for round in 0..12 {
            let mut turns: Vec<usize> = (0..6).map(|turn| whose_turn(round, turn, 6)).collect();
            firsts[turns[0]] += 1;
            turns.sort_unstable();
            assert_eq!(turns, [0, 1, 2, 3, 4, 5]);
        }
        assert_eq!(firsts, [2; 6]);
    }

    #[test]
    fn a_url_is_made_fit_for_all() {
        let place = Place::of("cockroachdb://root@127.0.0.1:26257/db");
        assert_eq!(place.plain_url, "postgresql://root@127.0.0.1:26257/db?sslmode=disable");
        assert!(place.url.starts_with(&place.plain_url));
        let given = "postgresql://root@h/db?options=--cluster%3Dx&sslmode=disable";
        assert_eq!(Place::of(given).url, given);
    }
}
