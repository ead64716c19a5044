//! Sequences.

use super::TypeName;
use super::const_check::fail;

/// A sequence. Its numbers follow each other, so rows that have them as keys are written to one place: `CockroachDB`
/// advises UUIDs, and a schema with a sequence says why it has one.
///
/// ```
/// use crdb_orm::schema::{SequenceDef, TypeName};
///
/// const INVOICES: SequenceDef =
///     SequenceDef::allowed(TypeName::new("invoice_numbers"), "the law wants them to be in order").start(1000);
/// ```
///
/// Source: `CockroachDB`, "CREATE SEQUENCE", "SQL performance best practices".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SequenceDef {
    /// Its name.
    pub name: TypeName,
    /// Why it is allowed.
    pub reason: &'static str,
    /// What is added each time.
    pub increment: Option<i64>,
    /// Its least number.
    pub min: Option<i64>,
    /// Its greatest number.
    pub max: Option<i64>,
    /// Its first number.
    pub start: Option<i64>,
    /// The numbers that are taken at a time.
    pub cache: Option<SequenceCache>,
    /// Whether its numbers are made without a write, by `unique_rowid()`, on `CockroachDB`.
    pub is_virtual: bool,
    /// The table and column with which it is dropped.
    pub owned_by: Option<(TypeName, &'static str)>,
}

/// How a sequence counts. What is not set is the server's to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SequenceOptions {
    /// What is added each time.
    pub increment: Option<i64>,
    /// Its least number.
    pub min: Option<i64>,
    /// Its greatest number.
    pub max: Option<i64>,
    /// Its first number.
    pub start: Option<i64>,
    /// The numbers that are taken at a time.
    pub cache: Option<SequenceCache>,
}

impl SequenceOptions {
    /// What the server chooses.
    pub const fn new() -> Self {
        Self { increment: None, min: None, max: None, start: None, cache: None }
    }

    /// Sets what is added each time.
    #[must_use]
    pub const fn increment(mut self, by: i64) -> Self {
        self.increment = Some(by);
        self
    }

    /// Sets the least number.
    #[must_use]
    pub const fn min(mut self, number: i64) -> Self {
        self.min = Some(number);
        self
    }

    /// Sets the greatest number.
    #[must_use]
    pub const fn max(mut self, number: i64) -> Self {
        self.max = Some(number);
        self
    }

    /// Sets the first number.
    #[must_use]
    pub const fn start(mut self, number: i64) -> Self {
        self.start = Some(number);
        self
    }

    /// Sets how many numbers are taken at a time.
    #[must_use]
    pub const fn cache(mut self, cache: SequenceCache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Whether anything is set.
    pub(crate) const fn is_set(&self) -> bool {
        self.increment.is_some()
            || self.min.is_some()
            || self.max.is_some()
            || self.start.is_some()
            || self.cache.is_some()
    }

    /// Why no server would take it.
    pub(crate) const fn wrong(&self) -> Option<&'static str> {
        if let Some(0) = self.increment {
            return Some("adds 0 each time: its increment is something else");
        }
        if let (Some(min), Some(max)) = (self.min, self.max)
            && min >= max
        {
            return Some("has a least number that is not less than its greatest");
        }
        if let Some(start) = self.start {
            if let Some(min) = self.min
                && start < min
            {
                return Some("starts before its least number");
            }
            if let Some(max) = self.max
                && start > max
            {
                return Some("starts after its greatest number");
            }
        }
        if let Some(SequenceCache::Session(0) | SequenceCache::Node(0)) = self.cache {
            return Some("takes 0 numbers at a time: it takes 1 at least");
        }
        None
    }
}

/// How many numbers are taken at a time, and by whom. Those that are not used are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SequenceCache {
    /// `CACHE n`: each session.
    Session(u32),
    /// `PER NODE CACHE n`: each node, for all its sessions.
    Node(u32),
}

impl SequenceDef {
    /// A sequence that is allowed for a reason.
    ///
    /// # Panics
    /// At compile time, in a const item: there is no reason.
    #[track_caller]
    pub const fn allowed(name: TypeName, reason: &'static str) -> Self {
        if reason.trim_ascii().is_empty() {
            fail(&[
                "the sequence `",
                name.name,
                "` is allowed for no reason: its numbers make a hot spot of the keys that they are; say why they are ",
                "needed, or use a UUID",
            ]);
        }
        Self {
            name,
            reason,
            increment: None,
            min: None,
            max: None,
            start: None,
            cache: None,
            is_virtual: false,
            owned_by: None,
        }
    }

    /// Sets what is added each time.
    #[must_use]
    pub const fn increment(mut self, by: i64) -> Self {
        self.increment = Some(by);
        self
    }

    /// Sets the least number.
    #[must_use]
    pub const fn min(mut self, number: i64) -> Self {
        self.min = Some(number);
        self
    }

    /// Sets the greatest number.
    #[must_use]
    pub const fn max(mut self, number: i64) -> Self {
        self.max = Some(number);
        self
    }

    /// Sets the first number.
    #[must_use]
    pub const fn start(mut self, number: i64) -> Self {
        self.start = Some(number);
        self
    }

    /// Sets how many numbers are taken at a time.
    #[must_use]
    pub const fn cache(mut self, cache: SequenceCache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Makes numbers without a write on `CockroachDB`: they do not follow each other then, but they are in the order of
    /// time, nearly. It goes with no other option.
    #[must_use]
    pub const fn make_virtual(mut self) -> Self {
        self.is_virtual = true;
        self
    }

    /// Drops it with a column of a table of the schema: `OWNED BY table.column`.
    #[must_use]
    pub const fn owned_by(mut self, table: TypeName, column: &'static str) -> Self {
        self.owned_by = Some((table, column));
        self
    }

    /// How it counts.
    pub const fn options(&self) -> SequenceOptions {
        SequenceOptions {
            increment: self.increment,
            min: self.min,
            max: self.max,
            start: self.start,
            cache: self.cache,
        }
    }

    /// Why no server would take it.
    pub(crate) const fn wrong(&self) -> Option<&'static str> {
        let options = self.options();
        if let Some(why) = options.wrong() {
            return Some(why);
        }
        if self.is_virtual && options.is_set() {
            return Some("is virtual, so its numbers are the server's: leave the other options out");
        }
        None
    }
}
