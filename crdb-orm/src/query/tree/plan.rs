//! The statements of a tree, by depth, and which row of their answers is which.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash as _, Hasher as _};

use tokio_postgres::Row;

use crate::error::{Error, Result};
use crate::exec::{Class, Label, Statement};
use crate::query::bulk::{
    BYTES, COCKROACH_ROW, Columns, OfTenant, PARAMETERS, ROWS, insert_text, joined, of_keys,
};
use crate::query::guard::{Deleted, Guard, TenantColumn};
use crate::query::row::{Raw, RowReader};
use crate::query::table::Table;
use crate::query::texts::Texts;
use crate::query::writer::Writer;
use crate::schema::const_check::has_several_forms;
use crate::schema::{ColumnType, TableDef, TypeName};

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
    types: &'static [ColumnType],
}

impl Target {
    pub(super) fn of<T: Table>() -> Self {
        let read = Reads {
            texts: T::__texts,
            table: || T::TABLE,
            guard: T::__GUARD,
            key: T::KEY_COLUMNS,
            types: T::KEY_TYPES,
        };
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

    /// The columns by which a row is known in the answer, if it can be: its key, but for a tenant that the handle gives
    /// to all of them.
    fn known_by(&self, row: &Columns) -> Option<Vec<&'static str>> {
        let read = self.read?;
        let mut columns = Vec::with_capacity(read.key.len());
        for (name, ty) in read.key.iter().zip(read.types) {
            match row.first(name) {
                Some(_) if has_several_forms(*ty) => return None,
                Some(_) => columns.push(*name),
                None if self.tenant.is_some_and(|tenant| tenant.name == *name) => {}
                None => return None,
            }
        }
        Some(columns)
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
    /// The columns by which its rows are known in the answer.
    by: Vec<&'static str>,
    /// Where these are no key: the relations that lead to its rows, which then are of one row above each by them.
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
        let known = target.known_by(&row);
        let path = known.is_none().then_some(at.path);
        // Without the tenant, where it is left to the handle.
        let given = || parent.iter().copied().filter(|name| row.first(name).is_some()).collect();
        let by = known.unwrap_or_else(given);
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
                let (known, again) = match read {
                    // A second read has no order to go by, so each of its rows has to be told by its key, or be the only one.
                    Some(read) => {
                        let told = path.is_none() || rows.rows() == 1;
                        (read.known(&rows, &by), told.then(|| read.again(&rows, label)).flatten())
                    }
                    None => (None, None),
                };
                let tenant = OfTenant::of_column(tenant, &rows);
                let mut writer = Writer::new(&insert_text(table, &rows, &tenant));
                writer.set_values(tenant.values(rows));
                if let Some(read) = read {
                    writer.push(&(read.texts)().returning);
                }
                Sent { depth, statement: writer.finish(Class::Write, label), known, again }
            })
            .collect()
    }
}

impl Reads {
    /// Which row of the answer is which.
    fn known(&self, rows: &Columns, by: &[&'static str]) -> Option<Known> {
        let columns = (self.table)().columns;
        let read = by.iter().map(|name| columns.iter().position(|column| column.name == *name));
        Some(Known { keys: rows.keys_of(by)?, columns: read.collect::<Option<_>>()? })
    }

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
    pub(super) known: Option<Known>,
    /// The read of its rows, where they come back and are known by their keys.
    pub(super) again: Option<Statement>,
}

/// Which row of an answer is which.
pub(super) struct Known {
    /// For each row that was planned.
    keys: Vec<Option<Vec<u8>>>,
    /// Where the columns are in the answer.
    columns: Vec<usize>,
}

impl Known {
    /// For each row that was planned, which of the answer it is. Both servers answer in the order given, and neither
    /// promises to, so they are told by their keys; only those of which the server makes the key by their order among
    /// those of the same row above.
    ///
    /// Of rows that were read `again` none is told by its order: such a read has none.
    fn places(&self, rows: &[Row], again: bool) -> Vec<Option<usize>> {
        if again && self.keys.len() == 1 {
            // It was asked for by its key.
            return vec![(rows.len() == 1).then_some(0)];
        }
        let key =
            |row: &Row| joined(self.columns.iter().map(|column| row.try_get::<_, Raw<'_>>(*column).ok()?.0));
        let mut found: HashMap<_, VecDeque<usize>> = HashMap::with_capacity(rows.len());
        for (n, row) in rows.iter().enumerate() {
            found.entry(key(row)).or_default().push_back(n);
        }
        let mut places: Vec<_> = self.keys.iter().map(|key| found.get_mut(key)?.pop_front()).collect();
        if again {
            return places;
        }
        // A key that the server has changed, such as a time that it has cut to its digits, is found by what is left.
        let mut left: Vec<usize> = found.into_values().flatten().collect();
        left.sort_unstable();
        let mut left = left.into_iter();
        for place in places.iter_mut().filter(|place| place.is_none()) {
            *place = left.next();
        }
        places
    }
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
        let places = sent.known.as_ref().map(|known| known.places(&rows, again)).unwrap_or_default();
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
