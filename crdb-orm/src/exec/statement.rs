//! A statement that is ready to be sent.

use std::borrow::Cow;
use std::sync::Arc;

use tokio_postgres::Column;

use crate::error::Error;
use crate::schema::const_check::type_name;
use crate::schema::{ColumnDef, ColumnType, TableDef};
use crate::types::{Value, accepts, sql_name};

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

/// What the columns of a result are read as.
#[derive(Debug, Clone, Default)]
#[doc(hidden)]
pub enum Expects {
    /// Nothing that would have to be known before it runs.
    #[default]
    Any,
    /// The columns of a table, of a text that the library has written: of a write, which must not take effect where its
    /// answer cannot be read. Their types are compared once, when it is prepared on a connection.
    Rows(&'static TableDef),
    /// The same of what such a write is told to return.
    Values(Arc<[ColumnType]>),
    /// What the caller reads of a text of its own, which may be read as something else the next time: compared each time.
    Own(&'static OwnColumns),
}

/// The columns of a result that the caller's own text makes.
#[derive(Debug, Clone, Copy)]
#[doc(hidden)]
pub struct OwnColumns {
    /// So many there are.
    pub count: usize,
    /// Of these names in this order; none where names do not matter: a tuple.
    pub names: &'static [&'static str],
    /// Of these types, as far as they are known.
    pub types: &'static [ColumnType],
    /// The same where the struct is a table.
    pub table: &'static [ColumnDef],
}

impl Expects {
    /// Why a result of these columns is none that can be read.
    pub(crate) fn refuse<'n, N>(&self, names: &N) -> Option<String>
    where
        N: ExactSizeIterator<Item = &'n str> + Clone,
    {
        let has = || match names.len() {
            0 => "the result has no columns".to_owned(),
            1 => format!("the result has one column ({})", list(names.clone())),
            count => format!("the result has {count} columns ({})", list(names.clone())),
        };
        let Self::Own(own) = self else { return None };
        if own.names.is_empty() {
            let count = own.count;
            return (count != names.len()).then(|| format!("{}, and the tuple reads {count}", has()));
        }
        (!names.clone().eq(own.names.iter().copied()))
            .then(|| format!("{}, but the struct reads ({}) by position", has(), own.names.join(", ")))
    }

    /// What a column is read as.
    fn read_as(&self, index: usize) -> Option<ColumnType> {
        match self {
            Self::Any => None,
            Self::Rows(table) => Some(table.columns.get(index)?.ty),
            Self::Values(types) => types.get(index).copied(),
            Self::Own(own) => own.types.get(index).copied().or_else(|| Some(own.table.get(index)?.ty)),
        }
    }

    /// Refuses a result one of whose columns has a type that is not read as what is wanted, by the rule of the reader.
    pub(crate) fn check_types(&self, columns: &[Column], label: Label) -> Result<(), Error> {
        let unfit = columns.iter().enumerate().find_map(|(index, column)| {
            let ty = self.read_as(index)?;
            (!accepts(ty, column.type_())).then_some((column, ty))
        });
        match unfit {
            None => Ok(()),
            Some((column, ty)) => Err(self.unfit(column, ty, label)),
        }
    }

    #[cold]
    fn unfit(&self, column: &Column, ty: ColumnType, label: Label) -> Error {
        let (name, wanted, found) = (column.name(), type_name(&ty), sql_name(column.type_()));
        let why = format!("it is {found} in the database, so the statement was not run");
        let error = Error::decode(label, name, wanted, why);
        match self {
            Self::Rows(_) | Self::Values(_) => error.with_advice(format!(
                "the table in the database differs from the struct: migrate the struct, so that the field of `{name}` reads \
                 {found}, or the column, so that it is {wanted}"
            )),
            _ => error.with_advice(format!("read it as {found}, or cast it in the text to {wanted}")),
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

/// One where one row was changed; else a cast that cannot be made, and says what was changed.
fn counted(changed: &str) -> String {
    format!("CASE count(*) WHEN 1 THEN 1 ELSE CAST('{changed}: ' || CAST(count(*) AS TEXT) AS INT8) END")
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
/// The same of an upsert that updates the row that is there unless it is of another tenant, or deleted.
pub(crate) const ROWS_CHANGED_IN_REACH: &str = "crdb_orm: rows changed in reach";

impl Statement {
    /// The same statement, whose result is read as these columns.
    #[must_use]
    pub(crate) fn reading(mut self, expects: Expects) -> Self {
        self.expects = expects;
        self
    }

    /// The same write, which fails on the server unless it changes exactly one row. For writes whose answer comes too
    /// late to be looked at: an UPDATE of nothing would lose what it was to change.
    ///
    /// The cast fails only where it is evaluated: its text depends on the rows, so that no server computes it when it
    /// plans the statement.
    #[must_use]
    pub(crate) fn asserted(self) -> Self {
        let changed = self.changed();
        self.asserting(changed)
    }

    /// The same of an upsert without a filter of its own.
    #[must_use]
    pub(crate) fn asserted_in_reach(self) -> Self {
        self.asserting(ROWS_CHANGED_IN_REACH)
    }

    /// The same of a write that returns what is wanted of its rows.
    #[must_use]
    pub(crate) fn asserted_returning(self) -> Self {
        let changed = self.changed();
        self.asserting_returning(changed)
    }

    /// The same of an upsert without a filter of its own.
    #[must_use]
    pub(crate) fn asserted_in_reach_returning(self) -> Self {
        self.asserting_returning(ROWS_CHANGED_IN_REACH)
    }

    fn changed(&self) -> &'static str {
        if self.class == Class::Versioned { ROWS_CHANGED_AT_VERSION } else { ROWS_CHANGED }
    }

    fn asserting(mut self, changed: &str) -> Self {
        let counted = counted(changed);
        self.sql =
            format!("WITH changed AS ({} RETURNING 1 AS one) SELECT {counted} FROM changed", self.sql).into();
        self.expects = Expects::Any;
        self
    }

    /// A LIMIT is computed whether there are rows or not: by PostgreSQL before the first row is looked for, by
    /// CockroachDB, as every subquery that stands for itself, before the rest.
    fn asserting_returning(mut self, changed: &str) -> Self {
        let counted = counted(changed);
        self.sql = format!(
            "WITH changed AS ({}) SELECT * FROM changed LIMIT (SELECT {counted} FROM changed)",
            self.sql
        )
        .into();
        self
    }
}
