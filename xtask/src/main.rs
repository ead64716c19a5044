//! What README, CI and people call: `cargo xtask demo | test | chaos | bench | compile-bench | bless`.

mod bench;
mod bless;
mod cargo;
mod chaos;
mod compile_bench;
mod demo;
mod dependencies;
mod install;
mod server;
mod tally;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask <command> [arguments]

  demo    prints the schema of the shop, loads it and runs queries and transfers over it
  test    runs every test (unit, integration, compile-fail, golden, doc) on a database server
          arguments go to `cargo test`, such as a part of a test's name
  chaos   moves money under keys and without while everything fails that can, and checks that nothing is lost or
          done twice: --seed N, --seconds S, --transactions N, --tasks N; with --nodes, three nodes drain, die and
          come back while 200 tasks work, and nothing may fail that need not
  bench   the library side by side with tokio-postgres by hand, diesel-async, sqlx, sea-orm and toasty
          --quick, --url URL, --only SCENARIO, --rounds N, --docs, --list
  bless   writes the expected output of the golden and compile-fail tests anew; look at the diff
          arguments go to `cargo test`
  compile-bench
          measures `cargo check` of 50 tables of 12 columns beside the same tables of diesel and sea-orm: --rounds N,
          --tables N; it ends with an error where ours takes more than half of diesel's time or as much as sea-orm's

The server is the one that CRDB_TEST_URL or DATABASE_URL names, else one that is started for the run:
`cockroach` when it is on PATH, else PostgreSQL, which is installed where apt-get or Homebrew can.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match command.as_str() {
        "demo" => demo::run(&rest),
        "test" => test::run(&rest),
        "chaos" => chaos::run(&rest),
        "bench" => bench::run(&rest),
        "bless" => bless::run(&rest),
        "compile-bench" => compile_bench::run(&rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        "" => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
        unknown => {
            eprintln!("unknown command `{unknown}`\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}
