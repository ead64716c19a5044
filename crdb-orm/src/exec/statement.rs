//! A statement that is ready to be sent.

use std::borrow::Cow;

use crate::types::Value;

/// A statement with its values: all that an executor needs, and nothing of where it came from.
#[derive(Debug, Clone)]
#[doc(hidden)]
pub struct Statement {
    /// The text, with `$1`, `$2`, ... for the values.
    pub sql: Cow<'static, str>,
    /// The values.
    pub values: Vec<Value>,
    /// The same read with row locks, for a transaction that has met a conflict.
    pub locking: Option<Cow<'static, str>>,
    /// What may be done when its outcome is not known.
    pub class: Class,
    /// What it is called in errors and traces.
    pub label: Label,
    /// What columns its result must have: another one is refused before it runs.
    pub expects: Expects,
}

/// The columns of a result that the caller's own text makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[doc(hidden)]
pub enum Expects {
    /// Those of the text, which the library has written, or none that are looked at.
    #[default]
    Any,
    /// So many, of any name: a tuple.
    Count(usize),
    /// Of these names in this order: a struct.
    Names(&'static [&'static str]),
}

impl Expects {
    /// Why a result of these columns is none that can be read.
    pub(crate) fn refuse<'n, N>(self, names: &N) -> Option<String>
    where
        N: ExactSizeIterator<Item = &'n str> + Clone,
    {
        let has = || match names.len() {
            0 => "the result has no columns".to_owned(),
            1 => format!("the result has one column ({})", list(names.clone())),
            count => format!("the result has {count} columns ({})", list(names.clone())),
        };
        match self {
            Self::Count(count) if count != names.len() => {
                Some(format!("{}, and the tuple reads {count}", has()))
            }
            Self::Names(wanted) if !names.clone().eq(wanted.iter().copied()) => {
                Some(format!("{}, but the struct reads ({}) by position", has(), wanted.join(", ")))
            }
            _ => None,
        }
    }
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// Says that a text wants another number of values than were bound to it.
pub(crate) fn miscounted(wanted: usize, given: usize) -> String {
    let (s, values) =
        (if wanted == 1 { "" } else { "s" }, if given == 1 { "value was" } else { "values were" });
    format!("its text has {wanted} placeholder{s} (`$1`, `$2`, ..), and {given} {values} bound to it")
}

/// What may be done with a single statement whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum Class {
    /// A pure generated read: run again.
    Read,
    /// A generated read that locks its rows. It is run in a transaction only, which is run again as a whole.
    Locking,
    /// An insert whose key was made for it alone: its row can be looked for.
    KeyedInsert(Probe),
    /// A write that its caller allows to be run again.
    Rerun,
    /// A write that changes nothing unless the row is at the version that was read: run again, it cannot take effect
    /// twice.
    Versioned,
    /// Any other write, and raw SQL: reported as unknown.
    Write,
    /// Raw SQL that its caller says reads only: it runs in a transaction that may not write, and is not run again.
    ReadOnly,
}

impl Class {
    /// The class of a generated read.
    pub(crate) const fn of_read(locks: bool) -> Self {
        if locks { Self::Locking } else { Self::Read }
    }

    /// Whether nothing would be left behind should it run outside of the transaction that it was meant for, as what is
    /// sent right behind a BEGIN that fails does.
    pub(crate) const fn leaves_nothing(self) -> bool {
        matches!(self, Self::Read | Self::Locking)
    }
}

/// How the row of an insert is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub struct Probe {
    // Small, since it is part of every statement.
    sql: &'static String,
    /// Which of the insert's values are those of the key; the rest is `NONE`.
    values: [u8; MAX_KEY],
}

/// The most columns of a key: the longest tuple that is one.
const MAX_KEY: usize = 6;
const NONE: u8 = u8::MAX;

impl Probe {
    /// A probe by a text whose values are those of an insert at these positions, the first 255 of them.
    pub(crate) fn new(
        sql: &'static String,
        positions: impl IntoIterator<Item = Option<usize>>,
    ) -> Option<Self> {
        let mut values = [NONE; MAX_KEY];
        let mut slots = values.iter_mut();
        for position in positions {
            *slots.next()? = u8::try_from(position?).ok().filter(|position| *position != NONE)?;
        }
        Some(Self { sql, values })
    }

    /// The statement that looks for the row of this insert.
    pub(crate) fn statement(&self, insert: &Statement) -> Statement {
        let positions = self.values.iter().take_while(|position| **position != NONE);
        let given = positions.filter_map(|position| insert.values.get(usize::from(*position)));
        Statement {
            sql: Cow::Borrowed(self.sql),
            values: given.cloned().collect(),
            locking: None,
            class: Class::Read,
            label: insert.label,
            expects: Expects::Any,
        }
    }
}

/// What a statement is called in errors and traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub struct Label {
    /// Such as `select` or `insert`.
    pub verb: &'static str,
    /// The table, when there is one.
    pub table: Option<&'static str>,
}

/// What a statement says that was to change one row and did not: see [`Statement::asserted`].
pub(crate) const ROWS_CHANGED: &str = "crdb_orm: rows changed";
/// The same of a write that names a version.
pub(crate) const ROWS_CHANGED_AT_VERSION: &str = "crdb_orm: rows changed at that version";

impl Statement {
    /// The same write, which fails on the server unless it changes exactly one row. For writes whose answer comes too
    /// late to be looked at: an UPDATE of nothing would lose what it was to change.
    ///
    /// The cast fails only where it is evaluated: its text depends on the rows, so that no server computes it when it
    /// plans the statement.
    #[must_use]
    pub(crate) fn asserted(mut self) -> Self {
        let changed = if self.class == Class::Versioned { ROWS_CHANGED_AT_VERSION } else { ROWS_CHANGED };
        self.sql = Cow::Owned(format!(
            "WITH changed AS ({} RETURNING 1 AS one) SELECT CASE count(*) WHEN 1 THEN 1 \
             ELSE CAST('{changed}: ' || CAST(count(*) AS TEXT) AS INT8) END FROM changed",
            self.sql
        ));
        self
    }
}
