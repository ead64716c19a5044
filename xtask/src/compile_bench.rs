//! `cargo xtask compile-bench`: how long it takes to check a crate of tables, ours and those of other libraries.
//!
//! Each contestant is a generated package below `target/compile-bench` with the same tables. Its dependencies are built
//! first; then rounds of `cargo check` of that package alone follow each other, in turn and not incrementally. Where the
//! system tells it, the processor's time is what counts: whatever else runs on the machine is not in it.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::cargo;

const USAGE: &str = "Usage: cargo xtask compile-bench [--rounds N] [--tables N]";
/// The rounds and tables that the promise is about.
const ROUNDS: usize = 9;
const TABLES: usize = 50;
const COLUMNS: usize = 12;

/// A library, and how its tables are written.
struct Contestant {
    name: &'static str,
    /// What the package depends on.
    dependencies: fn(&Path) -> String,
    /// What stands before the tables.
    head: &'static str,
    /// One table of a number.
    table: fn(usize) -> String,
}

const CONTESTANTS: [Contestant; 3] = [
    Contestant { name: "crdb-orm", dependencies: our_dependencies, head: OUR_HEAD, table: our_table },
    Contestant { name: "diesel", dependencies: diesel_dependencies, head: DIESEL_HEAD, table: diesel_table },
    Contestant { name: "sea-orm", dependencies: sea_dependencies, head: "", table: sea_table },
];

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let (mut rounds, mut tables) = (ROUNDS, TABLES);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let number = words.next().and_then(|value| value.parse().ok()).filter(|number| *number > 0);
        match (word.as_str(), number) {
            ("--rounds", Some(number)) => rounds = number,
            ("--tables", Some(number)) => tables = number,
            _ => {
                eprintln!("error: `{word}` is not understood, or has no number\n\n{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    match measure(rounds, tables) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures, reports, and says whether what is promised holds.
fn measure(rounds: usize, tables: usize) -> io::Result<bool> {
    let root = cargo::root();
    let folder = root.join("target").join("compile-bench");
    let mut packages = Vec::new();
    for contestant in &CONTESTANTS {
        println!("Building what {} needs ..", contestant.name);
        let package = write(contestant, &folder, &root, tables)?;
        check(&package)?;
        packages.push(package);
    }
    let mut times: Vec<Vec<Time>> = vec![Vec::new(); packages.len()];
    let mut idle: Vec<Time> = Vec::new();
    for _ in 0..rounds {
        for (package, times) in packages.iter().zip(&mut times) {
            // What it depends on may have been edited in the meantime.
            check(package)?;
            // What cargo itself takes, which is no compile time.
            idle.push(check(package)?);
            touch(&package.join("src").join("lib.rs"))?;
            times.push(check(package)?);
        }
    }
    let idle = Time::median(&idle);
    let medians: Vec<Time> = times.iter().map(|times| Time::median(times).without(idle)).collect();
    let report = report(&medians, rounds, tables);
    print!("{report}");
    fs::write(folder.join("latest.md"), &report)?;
    let [ours, diesel, sea, ..] = medians[..] else { return Ok(false) };
    let holds = 2 * ours.counted() <= diesel.counted() && ours.counted() < sea.counted();
    if !holds {
        println!("NOT HELD: at most half of diesel's time, and less than sea-orm's.");
    }
    Ok(holds)
}

fn report(medians: &[Time], rounds: usize, tables: usize) -> String {
    let mut text = format!(
        "`cargo check` of {tables} tables of {COLUMNS} columns, without dependencies and cargo's own start, medians of \
         {rounds} rounds:\n\n| library | processor | clock | ours to it |\n|---|---|---|---|\n"
    );
    let ours = medians[0].counted().as_secs_f64();
    for (contestant, time) in CONTESTANTS.iter().zip(medians) {
        let processor =
            time.processor.map_or_else(|| "-".to_owned(), |time| format!("{:.2} s", time.as_secs_f64()));
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {processor} | {:.2} s | {:.2} |",
            contestant.name,
            time.clock.as_secs_f64(),
            ours / time.counted().as_secs_f64()
        );
    }
    text
}

/// How long something took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Time {
    clock: Duration,
    processor: Option<Duration>,
}

impl Time {
    /// What is compared.
    fn counted(self) -> Duration {
        self.processor.unwrap_or(self.clock)
    }

    fn without(self, other: Self) -> Self {
        let processor = self.processor.zip(other.processor).map(|(mine, other)| mine.saturating_sub(other));
        Self { clock: self.clock.saturating_sub(other.clock), processor }
    }

    fn median(times: &[Self]) -> Self {
        let processor: Option<Vec<Duration>> = times.iter().map(|time| time.processor).collect();
        Self {
            clock: median(times.iter().map(|time| time.clock).collect()),
            processor: processor.map(median),
        }
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// What the processes that this one has waited for, and theirs, have used of the processor.
fn used_by_children() -> Option<Duration> {
    /// `USER_HZ`, which is the same on every architecture that Rust runs on.
    const TICK: Duration = Duration::from_millis(10);
    let status = fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may hold spaces; `cutime` and `cstime` are the 14th and 15th fields after it.
    let (_, fields) = status.rsplit_once(')')?;
    let ticks: Vec<u32> =
        fields.split_whitespace().skip(13).take(2).map(str::parse).collect::<Result<_, _>>().ok()?;
    Some(TICK * ticks.iter().sum())
}

/// Writes the package, and says where it is.
fn write(contestant: &Contestant, folder: &Path, root: &Path, tables: usize) -> io::Result<PathBuf> {
    let package = folder.join(contestant.name);
    fs::create_dir_all(package.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"tables-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n[workspace]\n",
        contestant.name,
        (contestant.dependencies)(root)
    );
    let mut source = format!("//! {tables} tables.\n\n{}\n", contestant.head);
    for number in 0..tables {
        source.push_str(&(contestant.table)(number));
    }
    put(&package.join("Cargo.toml"), &manifest)?;
    put(&package.join("src").join("lib.rs"), &source)?;
    Ok(package)
}

/// Writes a file that has changed.
fn put(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text)
}

fn touch(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().append(true).open(path)?.set_modified(std::time::SystemTime::now())
}

/// Checks a package, and says how long it took.
fn check(package: &Path) -> io::Result<Time> {
    let mut command = cargo::command();
    command
        .args(["check", "--quiet"])
        .current_dir(package)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", package.with_file_name("target"))
        .stdout(Stdio::null());
    // This program's own package is no part of what is measured.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_PKG_"))
    {
        command.env_remove(name);
    }
    let (start, used) = (Instant::now(), used_by_children());
    succeed(&mut command)?;
    let processor = used.zip(used_by_children()).map(|(before, after)| after.saturating_sub(before));
    Ok(Time { clock: start.elapsed(), processor })
}

fn succeed(command: &mut Command) -> io::Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?} ends with {status}"))) }
}

fn our_dependencies(root: &Path) -> String {
    // A quoted string of TOML that escapes what Windows has in paths.
    format!("crdb-orm = {{ path = {:?} }}\n", root.join("crdb-orm").to_string_lossy())
}

const OUR_HEAD: &str = "#![allow(missing_docs)]\nuse crdb_orm::prelude::*;\n";

fn our_table(number: usize) -> String {
    format!(
        "
#[derive(CrdbTable, Debug, Clone)]
#[crdb(table = \"t{number}\")]
pub struct T{number} {{
    #[crdb(primary_key)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub name: String,
    pub email: String,
    pub note: Option<String>,
    pub quantity: i32,
    pub total: i64,
    pub rate: f64,
    pub active: bool,
    #[crdb(default = now())]
    pub created_at: DateTime<Utc>,
    pub updated_at: Option<DateTime<Utc>>,
    pub version: i64,
}}
"
    )
}

fn diesel_dependencies(_: &Path) -> String {
    "chrono = { version = \"0.4\", default-features = false }\n\
     uuid = \"1\"\n\
     diesel = { version = \"=2.3.14\", default-features = false, \
     features = [\"32-column-tables\", \"chrono\", \"postgres_backend\", \"uuid\"] }\n"
        .to_owned()
}

const DIESEL_HEAD: &str = "use chrono::{DateTime, Utc};\nuse diesel::prelude::*;\nuse uuid::Uuid;\n";

fn diesel_table(number: usize) -> String {
    format!(
        "
diesel::table! {{
    t{number} (id) {{
        id -> Uuid,
        account_id -> Uuid,
        name -> Text,
        email -> Text,
        note -> Nullable<Text>,
        quantity -> Int4,
        total -> Int8,
        rate -> Float8,
        active -> Bool,
        created_at -> Timestamptz,
        updated_at -> Nullable<Timestamptz>,
        version -> Int8,
    }}
}}

#[derive(Queryable, Selectable, Insertable, AsChangeset, Identifiable, Debug, Clone)]
#[diesel(table_name = t{number}, check_for_backend(diesel::pg::Pg))]
pub struct T{number} {{
    pub id: Uuid,
    pub account_id: Uuid,
    pub name: String,
    pub email: String,
    pub note: Option<String>,
    pub quantity: i32,
    pub total: i64,
    pub rate: f64,
    pub active: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: Option<DateTime<Utc>>,
    pub version: i64,
}}
"
    )
}

fn sea_dependencies(_: &Path) -> String {
    "sea-orm = { version = \"=2.0.4\", default-features = false, \
     features = [\"macros\", \"with-chrono\", \"with-uuid\"] }\n"
        .to_owned()
}

fn sea_table(number: usize) -> String {
    format!(
        "
pub mod t{number} {{
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = \"t{number}\")]
    pub struct Model {{
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub name: String,
        pub email: String,
        pub note: Option<String>,
        pub quantity: i32,
        pub total: i64,
        pub rate: f64,
        pub active: bool,
        pub created_at: DateTimeUtc,
        pub updated_at: Option<DateTimeUtc>,
        pub version: i64,
    }}

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {{}}

    impl ActiveModelBehavior for ActiveModel {{}}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_contestants_have_the_same_columns() {
        for contestant in &CONTESTANTS {
            let table = (contestant.table)(7);
            for column in [
                "id",
                "account_id",
                "name",
                "email",
                "note",
                "quantity",
                "total",
                "rate",
                "active",
                "created_at",
                "updated_at",
                "version",
            ] {
                assert!(table.contains(&format!(" {column}:")), "{}: {column}: {table}", contestant.name);
            }
            let columns =
                table.lines().filter(|line| line.trim_start().starts_with("pub ") && line.contains(": "));
            assert_eq!(columns.count(), COLUMNS, "{table}");
        }
    }

    #[test]
    fn the_median_is_the_time_in_the_middle() {
        let time = |seconds, processor| Time {
            clock: Duration::from_secs(seconds),
            processor: Some(Duration::from_secs(processor)),
        };
        let middle = Time::median(&[time(5, 3), time(1, 2), time(9, 1)]);
        assert_eq!(middle, time(5, 2));
        assert_eq!((middle.counted(), middle.without(time(1, 1))), (Duration::from_secs(2), time(4, 1)));
    }
}
