//! What an insert does where the row is there already: `ON CONFLICT`, typed.

use std::fmt;
use std::marker::PhantomData;

use super::expr::{Column, IntoAssignment, IntoFilter, IntoOperand, Numeric};
use super::node::{Node, Operator};
use super::stamp::sets_itself;
use super::table::Table;
use super::update::Assignments;
use super::writer::Writer;
use crate::schema::TableDef;
use crate::types::Field;

/// A unique index or constraint of a table: a constant that the derive makes for each that has a name, or more than one
/// column, such as `User::IDX_USERS_EMAIL`.
pub struct UniqueKey<T> {
    columns: &'static [&'static str],
    filter: Option<&'static str>,
    table: PhantomData<fn() -> T>,
}

impl<T> UniqueKey<T> {
    /// The derive calls this.
    #[doc(hidden)]
    pub const fn new(columns: &'static [&'static str], filter: Option<&'static str>) -> Self {
        Self { columns, filter, table: PhantomData }
    }

    /// Its columns.
    pub const fn columns(self) -> &'static [&'static str] {
        self.columns
    }
}

impl<T> Clone for UniqueKey<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for UniqueKey<T> {}

impl<T> fmt::Debug for UniqueKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UniqueKey").field("columns", &self.columns).field("filter", &self.filter).finish()
    }
}

/// By which unique key a row is told to be there already: a column, a tuple of columns, or a [`UniqueKey`].
///
/// Columns stand for the primary key, the unique column, or the unique index over them; the predicate of a partial
/// index is added.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no unique key of the table",
    note = "name a unique column, `User::EMAIL`; a tuple of columns, `(Seat::SHOW, Seat::NUMBER)`; or a unique index, \
            `User::IDX_USERS_EMAIL`"
)]
pub trait ConflictTarget<T> {
    #[doc(hidden)]
    fn __target(self) -> Target;
}

/// The columns of a unique key, and its predicate.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Target {
    pub(super) columns: Vec<&'static str>,
    filter: Option<&'static str>,
}

impl Target {
    pub(super) fn key<T: Table>() -> Self {
        Self { columns: T::KEY_COLUMNS.to_vec(), filter: None }
    }

    /// The unique key over these columns, in whatever order. Where there is none the server says so.
    fn of(table: &TableDef, columns: Vec<&'static str>) -> Self {
        let same = |names: &mut dyn Iterator<Item = &'static str>| {
            let names: Vec<_> = names.collect();
            names.len() == columns.len() && names.iter().all(|name| columns.contains(name))
        };
        let whole = same(&mut table.primary_key.parts.iter().map(|part| part.column))
            || matches!(columns.as_slice(), [one] if table.column(one).is_some_and(|column| column.unique));
        let mut filters = table
            .indexes
            .iter()
            .filter(|index| index.unique && !index.parts.iter().any(|part| part.expression))
            .filter(|index| same(&mut index.parts.iter().map(|part| part.column)))
            .map(|index| index.filter);
        // One of all rows rather than one of some.
        let filter = if whole || filters.clone().any(|filter| filter.is_none()) {
            None
        } else {
            filters.next().flatten()
        };
        Self { columns, filter }
    }

    fn write(&self, writer: &mut Writer) {
        writer.push(" (");
        for (i, column) in self.columns.iter().enumerate() {
            writer.push(if i == 0 { "" } else { ", " }).ident(column);
        }
        writer.push(")");
        if let Some(filter) = self.filter {
            writer.push(" WHERE ").push(filter);
        }
    }
}

impl<T: Table> ConflictTarget<T> for UniqueKey<T> {
    fn __target(self) -> Target {
        Target { columns: self.columns.to_vec(), filter: self.filter }
    }
}

impl<T: Table, F> ConflictTarget<T> for Column<T, F> {
    fn __target(self) -> Target {
        Target::of(T::TABLE, vec![self.name()])
    }
}

macro_rules! tuple {
    ($($field:ident $index:tt),*) => {
        impl<T: Table, $($field),*> ConflictTarget<T> for ($(Column<T, $field>,)*) {
            fn __target(self) -> Target {
                Target::of(T::TABLE, vec![$(self.$index.name()),*])
            }
        }
    };
}

tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);

/// What is updated where a row is there already: see [`OnConflict::do_update_with`].
///
/// A column on its own is that of the row that is there; [`Column::excluded`] is the value that the insert has brought.
#[derive(Debug, Clone)]
pub struct DoUpdate<T> {
    assignments: Assignments,
    filter: Option<Node>,
    table: PhantomData<fn() -> T>,
}

impl<T: Table> DoUpdate<T> {
    pub(super) fn new() -> Self {
        Self { assignments: Assignments::default(), filter: None, table: PhantomData }
    }

    /// Takes the value that the insert has brought.
    #[must_use]
    pub fn take<F>(mut self, column: Column<T, F>) -> Self {
        self.assignments.assign(column.name(), Node::Excluded(column.name()));
        self
    }

    /// Sets a column to a value or an expression.
    #[must_use]
    pub fn set<F: Field>(mut self, column: Column<T, F>, value: impl IntoAssignment<T, F>) -> Self {
        self.assignments.set(column, value);
        self
    }

    /// Adds to a column of the row that is there.
    #[must_use]
    pub fn add<F: Field<Base: Numeric>>(
        mut self,
        column: Column<T, F>,
        value: impl IntoOperand<T, F::Base>,
    ) -> Self {
        self.assignments.change(column, Operator::ADD, value);
        self
    }

    /// Updates only rows for which this holds; the others stay as they are, and are neither counted nor returned.
    #[must_use]
    pub fn filter(mut self, condition: impl IntoFilter<T>) -> Self {
        self.filter = Some(Node::and(self.filter, condition.__condition().into_node()));
        self
    }
}

/// An insert of which it is still to be said what happens to a row that is there already.
#[derive(Debug)]
#[must_use = "say what happens: `.do_nothing()`, `.do_update()` or `.do_update_with(..)`"]
pub struct OnConflict<W> {
    pub(super) write: W,
    pub(super) target: Target,
}

/// What an insert does where the row is there already.
#[derive(Debug, Clone)]
pub(super) enum Conflict {
    Fail,
    /// Nothing, by one unique key or by any.
    Ignore(Option<Target>),
    /// Takes every column that was given.
    TakeAll(Target),
    Update(Target, Chosen),
}

/// What is updated, and when.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    assignments: Assignments,
    filter: Option<Node>,
}

impl<T> From<DoUpdate<T>> for Chosen {
    fn from(update: DoUpdate<T>) -> Self {
        Self { assignments: update.assignments, filter: update.filter }
    }
}

impl Conflict {
    /// Whether a row that is there is updated whatever it is.
    pub(super) fn updates_all(&self) -> bool {
        match self {
            Self::TakeAll(_) => true,
            Self::Update(_, chosen) => chosen.filter.is_none(),
            Self::Fail | Self::Ignore(_) => false,
        }
    }

    pub(super) fn is_fail(&self) -> bool {
        matches!(self, Self::Fail)
    }

    /// The unique key by which rows are updated: no two rows of one statement may have the same.
    pub(super) fn updates_by(&self) -> Option<&Target> {
        match self {
            Self::Fail | Self::Ignore(_) => None,
            Self::TakeAll(target) | Self::Update(target, _) => Some(target),
        }
    }

    /// ` ON CONFLICT ..` of an insert that gives these columns.
    pub(super) fn write<'c, T: Table>(
        &self,
        writer: &mut Writer,
        given: impl IntoIterator<Item = &'c &'static str>,
    ) {
        let (target, mut assignments, filter) = match self {
            Self::Fail => return,
            Self::Ignore(target) => {
                writer.push(" ON CONFLICT");
                if let Some(target) = target {
                    target.write(writer);
                }
                writer.push(" DO NOTHING");
                return;
            }
            Self::TakeAll(target) => (target, take_all::<T>(target, given), None),
            Self::Update(target, Chosen { assignments, filter }) => {
                (target, assignments.clone(), filter.clone())
            }
        };
        if assignments.is_empty() {
            // Sets a column of the key to itself, so that the statement still returns the row.
            if let Some(column) = target.columns.first() {
                assignments.assign(column, Node::Excluded(column));
            }
        } else {
            assignments.note_the_change::<T>();
        }
        writer.push(" ON CONFLICT");
        target.write(writer);
        writer.push(" DO UPDATE SET ");
        let before = writer.qualify(true);
        assignments.guard::<T>();
        assignments.list(writer);
        let there = T::__GUARD.of_the_row_that_is_there(T::NAME);
        writer.condition(match there {
            Some(there) => Some(Node::and(filter, there)),
            None => filter,
        });
        writer.qualify(before);
    }
}

/// Every given column that is neither of the primary key nor of the unique key, and that no update sets by itself.
fn take_all<'c, T: Table>(target: &Target, given: impl IntoIterator<Item = &'c &'static str>) -> Assignments {
    let mut assignments = Assignments::default();
    for column in given {
        let stays = T::KEY_COLUMNS.contains(column)
            || target.columns.contains(column)
            || sets_itself::<T>(column)
            || T::__GUARD.tenant.is_some_and(|tenant| tenant.name == *column);
        if !stays {
            assignments.assign(column, Node::Excluded(column));
        }
    }
    assignments
}
