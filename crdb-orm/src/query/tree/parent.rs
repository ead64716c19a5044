//! A row below another one: its foreign key is filled in from the row above.

use super::below::Below;
use super::{Grown, Tree, is_left_to_the_handle, label};
use crate::error::{Error, Result};
use crate::exec::Label;
use crate::query::bulk::{Columns, RowWriter};
use crate::query::guard::TenantColumn;
use crate::query::insert::{Set, Unset};
use crate::query::relate::Link;
use crate::query::table::Table;
use crate::types::BoxError;

/// The key of the row above, by the columns that hold it below.
#[doc(hidden)]
#[derive(Debug)]
pub struct ParentKey<'k> {
    columns: &'static [&'static str],
    /// `None` for the tenant, which the handle gives to the row below as to the one above.
    values: Vec<Option<&'k [u8]>>,
}

impl<'k> ParentKey<'k> {
    /// That of a row, as a relation follows it to a table of these tenants.
    pub(super) fn of<P: Table, C, S>(
        link: &Link<P, C, S>,
        row: &'k Columns,
        tenant: Option<TenantColumn>,
    ) -> Result<Self> {
        let value = |(name, below): (&&'static str, &&'static str)| match row.first(name) {
            None if is_left_to_the_handle(P::__GUARD.tenant, name, tenant, below) => Ok(None),
            value => value.map(Some).ok_or_else(|| {
                let why = format!("rows below it need its `{name}`, which only the server would know");
                Error::invalid_statement(label::<P>(), why)
                    .with_column(name)
                    .with_advice("give the key, or make it a `Uuid`, which the client makes")
            }),
        };
        let pairs = link.key.columns.iter().zip(link.columns);
        Ok(Self { columns: link.columns, values: pairs.map(value).collect::<Result<_>>()? })
    }

    /// The columns below and their values; `None` for the tenant.
    pub(super) fn values(&self) -> &[Option<&'k [u8]>] {
        &self.values
    }

    /// The value of a column below, if it is one of the key.
    pub fn value(&self, column: &str) -> Option<&'k [u8]> {
        let at = self.columns.iter().position(|name| *name == column)?;
        self.values.get(at).copied().flatten()
    }

    /// Whether a column below is one of the key.
    fn has(&self, column: &str) -> bool {
        self.columns.contains(&column)
    }
}

/// A row of `C` that can be inserted below a row of `P`: a builder to which the foreign key was not given, or one with rows
/// below it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted below a row of `{P}`",
    label = "not an insert of `{C}` that refers to `{P}`",
    note = "give it `{C}::insert()` with its columns, except those of the foreign key to `{P}`"
)]
pub trait ChildOf<P, C>: Send + Sized + 'static {
    /// What is below it.
    #[doc(hidden)]
    type Below: Below<C>;

    /// Writes the row, and returns what is below it.
    #[doc(hidden)]
    fn __child(self, parent: &ParentKey<'_>, row: &mut RowWriter<'_>) -> Self::Below;
}

#[diagnostic::do_not_recommend]
impl<P, C: 'static, B: ChildOf<P, C, Below = ()>, W: Below<C>> ChildOf<P, C> for Tree<C, B, W> {
    type Below = Grown<W>;

    fn __child(self, parent: &ParentKey<'_>, row: &mut RowWriter<'_>) -> Grown<W> {
        self.root.__child(parent, row);
        self.below
    }
}

/// A required column that may have been given or not.
#[doc(hidden)]
pub trait MayBeGiven<V> {
    fn given(self) -> Option<V>;
}

impl<V> MayBeGiven<V> for Unset {
    fn given(self) -> Option<V> {
        None
    }
}

impl<V> MayBeGiven<V> for Set<V> {
    fn given(self) -> Option<V> {
        Some(self.0)
    }
}

/// How a value of a field is read, and given to a writer.
type FieldFunctions<F, W> =
    (fn(Option<&[u8]>) -> std::result::Result<F, BoxError>, fn(&F, &mut W, &'static str));

impl RowWriter<'_> {
    /// Adds a column of a foreign key: from the row above where it is what the relation follows, else as it was given.
    ///
    /// A column that `may_be_left_out` has a default, or is the tenant, which the handle fills in.
    pub fn from_parent<F>(
        &mut self,
        parent: &ParentKey<'_>,
        column: &'static str,
        given: Option<F>,
        may_be_left_out: bool,
        (from_raw, give): FieldFunctions<F, Self>,
    ) {
        let wrong = |why: String| {
            Error::invalid_statement(Label { verb: "insert", table: None }, why).with_column(column)
        };
        match (parent.value(column), given) {
            (None, Some(given)) if !parent.has(column) => give(&given, self, column),
            (None, None) if may_be_left_out => {}
            (None, None) => self.fail(wrong(format!("a row below another does not give `{column}`"))),
            (_, Some(_)) => {
                self.fail(wrong(format!(
                    "a row gives `{column}`, which is filled in from the row above: leave it out"
                )));
            }
            (Some(raw), None) => match from_raw(Some(raw)) {
                Ok(value) => give(&value, self, column),
                Err(why) => self.fail(wrong(format!("`{column}` has no place for the key above: {why}"))),
            },
        }
    }
}
