//! Sequences.

use super::const_check::fail;
use super::{ColumnType, TypeName};

/// A sequence. Its numbers follow each other, so rows that have them as keys are written to one place: `CockroachDB`
/// advises UUIDs, and a schema with a sequence says why it has one.
///
/// ```
/// use crdb_orm::schema::{SequenceDef, SequenceOptions, SequenceType, TypeName};
///
/// const INVOICES: SequenceDef =
///     SequenceDef::allowed(TypeName::new("invoice_numbers"), "the law wants them to be in order")
///         .of_type(SequenceType::Int4)
///         .options(SequenceOptions::new().start(1000));
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
    /// The type of its numbers; `INT8` when `None`.
    pub ty: Option<SequenceType>,
    /// How it counts.
    pub options: SequenceOptions,
    /// Whether its numbers are made without a write, by `unique_rowid()`, on `CockroachDB`.
    pub is_virtual: bool,
    /// The table and column with which it is dropped.
    pub owned_by: Option<(TypeName, &'static str)>,
}

/// The type of a sequence's numbers: it gives none that the type does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SequenceType {
    /// `INT2`: up to 32,767.
    Int2,
    /// `INT4`: up to 2,147,483,647.
    Int4,
    /// `INT8`: what a sequence has without a type.
    Int8,
}

impl SequenceType {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Int2 => "INT2",
            Self::Int4 => "INT4",
            Self::Int8 => "INT8",
        }
    }

    /// That of the sequence of an identity.
    pub(crate) const fn of_column(ty: &ColumnType) -> Self {
        match ty {
            ColumnType::Int2 => Self::Int2,
            ColumnType::Int4 => Self::Int4,
            _ => Self::Int8,
        }
    }

    const fn least(self) -> i64 {
        match self {
            Self::Int2 => i16::MIN as i64,
            Self::Int4 => i32::MIN as i64,
            Self::Int8 => i64::MIN,
        }
    }

    const fn greatest(self) -> i64 {
        match self {
            Self::Int2 => i16::MAX as i64,
            Self::Int4 => i32::MAX as i64,
            Self::Int8 => i64::MAX,
        }
    }
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

    /// Why no server would take it for a sequence of that type.
    pub(crate) const fn wrong(&self, ty: SequenceType) -> Option<&'static str> {
        if let Some(0) = self.increment {
            return Some("adds 0 each time: its increment is something else");
        }
        // What the servers choose: what comes after 0, in the direction in which it counts.
        let down = matches!(self.increment, Some(by) if by < 0);
        let min = match self.min {
            Some(min) if min < ty.least() || min > ty.greatest() => {
                return Some("has a least number that its type does not hold");
            }
            Some(min) => min,
            None if down => ty.least(),
            None => 1,
        };
        let max = match self.max {
            Some(max) if max < ty.least() || max > ty.greatest() => {
                return Some("has a greatest number that its type does not hold");
            }
            Some(max) => max,
            None if down => -1,
            None => ty.greatest(),
        };
        if min >= max {
            return Some(if self.min.is_some() && self.max.is_some() {
                "has a least number that is not less than its greatest"
            } else if self.min.is_some() {
                "has a least number that is not less than its greatest, which is -1 where it counts down: set `max`"
            } else {
                "has a greatest number that is not more than its least, which is 1 where it counts up: set `min`"
            });
        }
        if let Some(start) = self.start {
            if start < min {
                return Some(if self.min.is_some() || down {
                    "starts before its least number"
                } else {
                    "starts before its least number, which is 1 where it counts up: set `min`"
                });
            }
            if start > max {
                return Some(if self.max.is_some() || !down {
                    "starts after its greatest number"
                } else {
                    "starts after its greatest number, which is -1 where it counts down: set `max`"
                });
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
        Self { name, reason, ty: None, options: SequenceOptions::new(), is_virtual: false, owned_by: None }
    }

    /// Sets the type of its numbers: `AS INT4`. A column of that type holds all of them.
    #[must_use]
    pub const fn of_type(mut self, ty: SequenceType) -> Self {
        self.ty = Some(ty);
        self
    }

    /// Sets how it counts.
    #[must_use]
    pub const fn options(mut self, options: SequenceOptions) -> Self {
        self.options = options;
        self
    }

    /// Makes numbers without a write on `CockroachDB`: they do not follow each other then, but they are in the order of
    /// time, nearly. It goes with no type and no option.
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

    /// Why no server would take it.
    pub(crate) const fn wrong(&self) -> Option<&'static str> {
        let ty = match self.ty {
            Some(ty) => ty,
            None => SequenceType::Int8,
        };
        if let Some(why) = self.options.wrong(ty) {
            return Some(why);
        }
        if self.is_virtual && (self.ty.is_some() || self.options.is_set()) {
            return Some("is virtual, so its numbers are the server's: leave its type and the options out");
        }
        None
    }
}
