//! What is measured.

use std::fmt;
use std::time::Duration;

/// One thing to do, of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Reads all of so many users.
    Trivial(usize),
    /// Reads the half of so many users that has black hair, each with its posts, by a left join.
    Medium(usize),
    /// Inserts so many users in one statement; the server makes the keys.
    Insert(usize),
    /// Reads 100 users, their 10 posts each, and the 10 comments of each of these.
    Associations,
    /// Reads an account by its key.
    Find,
    /// Sets the balance of an account, by its key.
    Update,
    /// Reads the payer's account and locks it, takes from it, gives to another one: a transaction.
    Transfer,
    /// Reads 20 accounts by their keys, which do not depend on each other; each round trip takes so much longer.
    Reads(Duration),
    /// Inserts so many payments, as fast as can be: four connections, if it likes.
    Bulk(usize),
    /// Walks through so many payments by their key, 1,000 a page.
    Walk(usize),
    /// Reads so many payments as they come.
    Stream(usize),
}

/// Rows of a page of [`Work::Walk`].
pub(crate) const PAGE: usize = 1_000;
/// Reads of [`Work::Reads`].
pub(crate) const READS: usize = 20;
/// Rows of the table of accounts.
pub(crate) const ACCOUNTS: usize = 10_000;
/// Connections of [`Work::Bulk`], for those who can use them; everything else has one.
pub(crate) const BULK_CONNECTIONS: usize = 4;

impl Work {
    /// All of it. `quick` leaves out nothing, but has fewer rows where there are many.
    pub(crate) fn all(quick: bool) -> Vec<Self> {
        let (bulk, many) = if quick { (20_000, 100_000) } else { (100_000, 1_000_000) };
        let reads = [1, 10, 100, 1_000, 10_000];
        let inserts = [1, 10, 25, 50, 100];
        let mut all: Vec<Self> = reads.map(Self::Trivial).into();
        all.extend(reads.map(Self::Medium));
        all.extend(inserts.map(Self::Insert));
        all.extend([Self::Associations, Self::Find, Self::Update, Self::Transfer]);
        all.extend([0, 1, 5].map(|ms| Self::Reads(Duration::from_millis(ms))));
        all.extend([Self::Bulk(bulk), Self::Walk(many), Self::Stream(many)]);
        all
    }

    /// Its scenario, as `--only` and the files name it.
    pub(crate) const fn scenario(self) -> &'static str {
        match self {
            Self::Trivial(_) => "trivial_query",
            Self::Medium(_) => "medium_complex_query",
            Self::Insert(_) => "insert",
            Self::Associations => "associations",
            Self::Find => "find_by_key",
            Self::Update => "update_by_key",
            Self::Transfer => "transfer",
            Self::Reads(_) => "independent_reads",
            Self::Bulk(_) => "bulk_insert",
            Self::Walk(_) => "keyset_walk",
            Self::Stream(_) => "stream",
        }
    }

    /// Its size: rows, or milliseconds of latency.
    pub(crate) fn size(self) -> u64 {
        let size = match self {
            Self::Trivial(rows)
            | Self::Medium(rows)
            | Self::Insert(rows)
            | Self::Bulk(rows)
            | Self::Walk(rows)
            | Self::Stream(rows) => rows,
            Self::Associations => 11_100,
            Self::Find | Self::Update | Self::Transfer => 1,
            Self::Reads(latency) => return u64::try_from(latency.as_millis()).unwrap_or(u64::MAX),
        };
        size as u64
    }

    /// Whether it reads a million rows: memory counts, and a round takes seconds.
    pub(crate) const fn is_large(self) -> bool {
        matches!(self, Self::Bulk(_) | Self::Walk(_) | Self::Stream(_))
    }

    /// Connections that each contestant has.
    pub(crate) const fn connections(self) -> usize {
        if matches!(self, Self::Bulk(_)) { BULK_CONNECTIONS } else { 1 }
    }

    /// How often it is done in one turn. So often that it is a loop, as those of `diesel_bench` are: what others did
    /// before has taken the caches, and the first of two runs would be about that. And no more: a time that nobody has
    /// disturbed is a short one, of some milliseconds.
    pub(crate) fn repeats(self) -> usize {
        match self {
            Self::Trivial(rows) | Self::Medium(rows) => (1_000 / rows).clamp(1, 20),
            Self::Insert(_) => 10,
            Self::Find | Self::Update => 20,
            Self::Transfer => 8,
            Self::Associations | Self::Reads(_) | Self::Bulk(_) | Self::Walk(_) | Self::Stream(_) => 1,
        }
    }

    /// How many rounds there are, unless `--rounds` says so.
    pub(crate) fn rounds(self, quick: bool) -> usize {
        let (rounds, quick_rounds) = match self {
            Self::Bulk(_) | Self::Walk(_) | Self::Stream(_) => (9, 3),
            Self::Trivial(10_000) | Self::Medium(10_000) | Self::Associations => (100, 15),
            Self::Reads(latency) if !latency.is_zero() => (100, 15),
            _ => (150, 40),
        };
        if quick { quick_rounds } else { rounds }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scenario = self.scenario().replace('_', " ");
        match self {
            Self::Associations | Self::Find | Self::Update | Self::Transfer => f.write_str(&scenario),
            Self::Reads(latency) => write!(f, "{scenario}, {} ms", latency.as_millis()),
            _ => write!(f, "{scenario}, {}", thousands(self.size())),
        }
    }
}

/// `10,000`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
