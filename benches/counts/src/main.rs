//! How long the text of a query takes to build: `cargo run --release -p crdb-counts`.
//!
//! Each is built many times, and the quickest run counts: whatever else the machine does only adds to it. Where valgrind is
//! installed, the instructions are counted as well, which nothing disturbs. It fails above the limits.

use std::hint::black_box;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use crdb_orm::prelude::*;

#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = "orders", index(on(user_id, created_at desc)))]
struct Order {
    #[crdb(primary_key)]
    id: Uuid,
    user_id: Uuid,
    total: i64,
    status: String,
    paid: bool,
    #[crdb(default = now())]
    created_at: DateTime<Utc>,
    note: Option<String>,
}

/// At most so long, in nanoseconds.
const LIMIT: f64 = 2_000.0;
/// At most so many instructions: what a core of 3 GHz does in 2 microseconds with little more than 3 in a cycle. The time
/// is the promise; this is what notices a change on a machine that is busy.
const INSTRUCTIONS: u64 = 20_000;
/// How often a text is built under valgrind, beside as many runs of nothing.
const TIMES: u64 = 2_000;

type Build = fn(Uuid, i64) -> String;

/// Typical queries, from the shortest to what a page of a web shop asks for.
const QUERIES: [(&str, Build); 7] = [
    ("all rows of a table", |_, _| Order::query().to_sql()),
    ("one condition, order, limit", |user, _| {
        Order::filter(Order::USER_ID.eq(user)).order_by(Order::CREATED_AT.desc()).limit(50).to_sql()
    }),
    ("four conditions, two orders, limit", |user, total| {
        Order::filter(
            Order::USER_ID
                .eq(user)
                .and(Order::TOTAL.gt(total))
                .and(Order::STATUS.ne("gone"))
                .and(!Order::PAID),
        )
        .order_by(Order::CREATED_AT.desc())
        .order_by(Order::ID.asc())
        .limit(50)
        .to_sql()
    }),
    ("aggregates by group", |_, total| {
        Order::query()
            .select((Order::USER_ID, Order::ID.count(), Order::TOTAL.sum()))
            .group_by(Order::USER_ID)
            .having(Order::TOTAL.sum().gt(total))
            .to_sql()
    }),
    ("update by key", |id, total| {
        Order::update(id).set(Order::PAID, true).add(Order::TOTAL, total).to_sql().unwrap_or_default()
    }),
    ("insert", |user, total| {
        Order::insert().user_id(user).total(total).status("open").paid(false).build().to_sql()
    }),
    ("delete by key", |id, _| Order::delete(id).to_sql()),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [number, times] = &arguments[..] {
        return under_valgrind(number, times);
    }
    let id = Uuid::from_u128(7);
    let mut held = true;
    println!("{:<36}{:>12}{:>16}", "text of", "ns", "instructions");
    for (number, (name, build)) in QUERIES.iter().enumerate() {
        let mut least = f64::INFINITY;
        for _ in 0..2_000 {
            let began = Instant::now();
            for n in 0..10 {
                black_box(build(black_box(id), black_box(n)));
            }
            least = least.min(began.elapsed().as_secs_f64() * 1e9 / 10.0);
        }
        let instructions = instructions(number);
        let shown = instructions.map_or_else(|| "no valgrind".to_owned(), |count| count.to_string());
        let holds = least <= LIMIT && instructions.is_none_or(|count| count <= INSTRUCTIONS);
        println!("{name:<36}{least:>12.0}{shown:>16}{}", if holds { "" } else { "  TOO MANY" });
        held &= holds;
    }
    if held {
        ExitCode::SUCCESS
    } else {
        eprintln!("at most {LIMIT} ns and {INSTRUCTIONS} instructions should do");
        ExitCode::FAILURE
    }
}

/// Builds one of them so often, with values, and no more than that.
fn under_valgrind(number: &str, times: &str) -> ExitCode {
    let query = number.parse::<usize>().ok().and_then(|number| QUERIES.get(number));
    let (Some((_, build)), Ok(times)) = (query, times.parse::<i64>()) else { return ExitCode::FAILURE };
    for n in 0..times {
        black_box(build(black_box(Uuid::from_u128(7)), black_box(n)));
    }
    ExitCode::SUCCESS
}

/// The instructions of building it once.
fn instructions(number: usize) -> Option<u64> {
    let (none, all) = (counted(number, 1)?, counted(number, TIMES + 1)?);
    Some(all.saturating_sub(none) / TIMES)
}

fn counted(number: usize, times: u64) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().ok()?)
        .args([number.to_string(), times.to_string()])
        .stdout(Stdio::null())
        .output()
        .ok()?;
    // `==1== Collected : 123456`
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("Collected :"))?;
    line.split_whitespace().last()?.parse().ok()
}
