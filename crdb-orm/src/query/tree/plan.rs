//! The statements of a tree, by depth, and which row of their answers is which.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use tokio_postgres::Row;

use crate::error::{Error, Result};
use crate::exec::{Class, Expects, Label, Statement};
use crate::query::bulk::{
    BYTES, COCKROACH_ROW, Columns, OfTenant, PARAMETERS, ROWS, Told, insert_text, of_keys,
};
use crate::query::guard::{Deleted, Guard, TenantColumn};
use crate::query::row::RowReader;
use crate::query::table::Table;
use crate::query::texts::Texts;
use crate::query::writer::Writer;
use crate::schema::{TableDef, TypeName};

/// A table whose rows are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    table: &'static TypeName,
    label: Label,
    tenant: Option<TenantColumn>,
    /// How its rows are read; those of a table between never are.
    read: Option<Reads>,
}

#[derive(Debug, Clone, Copy)]
struct Reads {
    texts: fn() -> &'static Texts,
    table: fn() -> &'static TableDef,
    guard: Guard,
    key: &'static [&'static str],
}

impl Target {
    pub(super) fn of<T: Table>() -> Self {
        let read = Reads { texts: T::__texts, table: || T::TABLE, guard: T::__GUARD, key: T::KEY_COLUMNS };
        Self { table: &T::NAME, label: super::label::<T>(), tenant: T::__GUARD.tenant, read: Some(read) }
    }

    /// A table between two others.
    pub(super) const fn between(
        table: &'static TypeName,
        label: Label,
        tenant: Option<TenantColumn>,
    ) -> Self {
        Self { table, label, tenant, read: None }
    }

    /// The columns by which a row is told in the answer, and whether these are all of its key.
    fn told_by(&self, row: &Columns) -> (Vec<&'static str>, bool) {
        match self.read {
            Some(read) => Told::columns_of(row, (read.table)(), read.key, self.tenant),
            None => (Vec::new(), false),
        }
    }
}

/// Where rows are planned.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    depth: usize,
    /// The relations that lead there, as the plan numbers them.
    path: usize,
    /// Whether the rows come back.
    pub(super) wanted: bool,
}

impl At {
    /// At the top.
    pub(super) const ROOT: Self = Self { depth: 0, path: 0, wanted: true };
}

/// Where a row was planned: in which statement, and as which of its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    depth: usize,
    level: usize,
    row: usize,
}

/// The statements of a tree, by depth.
#[derive(Debug)]
pub(super) struct Plan {
    levels: Vec<Vec<Level>>,
    /// For each kind of rows at a depth the level that still takes them, so that none is looked for among many.
    open: HashMap<(usize, u64), usize>,
    /// For each path the one above it, and the number of the relation there.
    paths: Vec<(usize, usize)>,
}

/// Rows of one table and of the same columns that are written together.
#[derive(Debug)]
struct Level {
    target: Target,
    rows: Columns,
    wanted: bool,
    /// The columns by which its rows are told in the answer.
    by: Vec<&'static str>,
    /// Where these are not the whole key: the relations that lead to its rows, which then are of one row above each by them.
    path: Option<usize>,
}

impl Level {
    fn is_full(&self) -> bool {
        let columns = self.rows.columns().max(1);
        self.rows.rows() >= ROWS
            || self.rows.bytes() >= BYTES
            || (self.rows.nested() && (self.rows.rows() + 1) * columns > PARAMETERS)
    }
}

impl Plan {
    pub(super) fn new() -> Self {
        Self { levels: Vec::new(), open: HashMap::new(), paths: vec![(0, 0)] }
    }

    /// Below rows that stand there, by the nth of their relations.
    pub(super) fn below(&mut self, at: At, n: usize) -> At {
        let step = (at.path, n);
        // The first is that of the top, to which no relation leads.
        let known = self.paths.iter().skip(1).position(|path| *path == step).map(|known| known + 1);
        let path = known.unwrap_or_else(|| {
            self.paths.push(step);
            self.paths.len() - 1
        });
        At { depth: at.depth + 1, path, wanted: at.wanted }
    }

    /// Adds a row. `parent` are the columns that hold the key of the row above.
    pub(super) fn add(
        &mut self,
        at: At,
        target: Target,
        row: Columns,
        parent: &[&'static str],
    ) -> Result<Place> {
        let label = target.label;
        if row.columns() == 0 {
            return Err(Error::invalid_statement(label, "a row gives no column")
                .with_advice("give at least one column, such as the key"));
        }
        if row.bytes() > COCKROACH_ROW {
            let why = format!(
                "a row has {} bytes, and the server takes at most {COCKROACH_ROW} in one message",
                row.bytes()
            );
            return Err(Error::invalid_statement(label, why)
                .with_advice("keep large values elsewhere, or in several rows"));
        }
        let (mut by, whole) = target.told_by(&row);
        let path = (!whole).then_some(at.path);
        if !whole {
            // Without the tenant, where it is left to the handle.
            by.extend(parent.iter().filter(|name| row.first(name).is_some()));
        }
        while self.levels.len() <= at.depth {
            self.levels.push(Vec::new());
        }
        let place = |level: usize, row| Place { depth: at.depth, level, row };
        let Some(levels) = self.levels.get_mut(at.depth) else { return Ok(place(0, 0)) };
        let mut kind = DefaultHasher::new();
        (target.table, path).hash(&mut kind);
        row.names().for_each(|name| name.hash(&mut kind));
        let kind = (at.depth, kind.finish());
        let mut left = row;
        if let Some(n) = self.open.get(&kind).copied()
            && let Some(level) = levels.get_mut(n)
            && level.target.table == target.table
            && level.path == path
            && !level.is_full()
        {
            let Some(row) = level.rows.append(left) else {
                level.wanted |= at.wanted;
                return Ok(place(n, level.rows.rows() - 1));
            };
            left = row;
        }
        levels.push(Level { target, rows: left, wanted: at.wanted, by, path });
        self.open.insert(kind, levels.len() - 1);
        Ok(place(levels.len() - 1, 0))
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> u64 {
        self.levels.iter().flatten().map(|level| level.rows.rows() as u64).sum()
    }

    /// What is sent, the rows above before those below.
    pub(super) fn sent(self, returning: bool) -> Vec<Sent> {
        let depths = self.levels.into_iter().enumerate();
        depths
            .flat_map(|(depth, levels)| levels.into_iter().map(move |level| (depth, level)))
            .map(|(depth, Level { target, rows, wanted, by, path })| {
                let Target { table, label, tenant, read } = target;
                let read = read.filter(|_| returning && wanted);
                let (told, again) = match read {
                    // A second read has no order to go by, so each of its rows has to be told by its key, or be the only one.
                    Some(read) => {
                        let alone = path.is_none() || rows.rows() == 1;
                        let again = alone.then(|| read.again(&rows, label)).flatten();
                        (Some(Told::new(&rows, (read.table)(), &by)), again)
                    }
                    None => (None, None),
                };
                let tenant = OfTenant::of_column(tenant, &rows);
                let mut writer = Writer::new(&insert_text(table, &rows, &tenant));
                writer.set_values(tenant.values(rows));
                if let Some(read) = read {
                    writer.push(&(read.texts)().returning);
                }
                let expects = read.map_or(Expects::Any, |read| Expects::Rows((read.table)()));
                let statement = writer.finish(Class::Write, label).reading(expects);
                Sent { depth, statement, told, again }
            })
            .collect()
    }
}

impl Reads {
    /// The read of the same rows by their keys, if these are known.
    fn again(&self, rows: &Columns, label: Label) -> Option<Statement> {
        let tenant = |name: &str| self.guard.tenant.is_some_and(|tenant| tenant.name == name);
        let given = self.key.iter().filter(|name| rows.first(name).is_some() || !tenant(name));
        let texts = (self.texts)();
        let mut writer = Writer::new(&texts.select);
        let values = of_keys(&mut writer, rows, given.copied())?;
        let behind = values.len();
        writer.set_values(self.guard.push(values));
        writer.push(&self.guard.text(behind, Deleted::Shown));
        Some(writer.finish(Class::Read, label))
    }
}

/// A statement of a tree.
pub(super) struct Sent {
    depth: usize,
    pub(super) statement: Statement,
    /// Which row of its answer is which, where they come back.
    pub(super) told: Option<Told>,
    /// The read of its rows, where they come back and are known by their keys.
    pub(super) again: Option<Statement>,
}

/// Reads what was planned from the answers.
pub(super) type Read<O> = Box<dyn FnOnce(&Answers) -> Result<O> + Send>;

/// The answers to the statements of a plan.
#[derive(Debug, Default)]
#[doc(hidden)]
pub struct Answers(Vec<Vec<Answered>>);

#[derive(Debug)]
struct Answered {
    rows: Vec<Row>,
    /// Which of them each planned row is.
    places: Vec<Option<usize>>,
}

impl Answers {
    /// Takes in the answer to the next statement, or the rows that were read `again` since it was lost.
    pub(super) fn push(&mut self, sent: &Sent, rows: Vec<Row>, again: bool) {
        while self.0.len() <= sent.depth {
            self.0.push(Vec::new());
        }
        let places =
            |told: &Told| if again { told.places_of_what_was_read(&rows) } else { told.places(&rows) };
        let places = sent.told.as_ref().map(places).unwrap_or_default();
        if let Some(level) = self.0.get_mut(sent.depth) {
            level.push(Answered { rows, places });
        }
    }

    /// The row that was planned there.
    pub(super) fn read<T: Table>(&self, place: Place) -> Result<T> {
        let row = || {
            let answered = self.0.get(place.depth)?.get(place.level)?;
            answered.rows.get(answered.places.get(place.row).copied().flatten()?)
        };
        let label = super::label::<T>();
        let Some(row) = row() else {
            return Err(Error::not_found(label).with_context("a row that was inserted is not in the answer"));
        };
        T::from_row(&RowReader::new(row, label))
    }
}
