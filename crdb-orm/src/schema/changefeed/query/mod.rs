//! CDC queries: what a changefeed sends of a row, and of which rows.
//!
//! The text is read word by word, in const code, so that a column that is not there, a second table or a function
//! whose value changes by itself does not compile. What the types of an expression are is left to the server.

mod call;
mod expression;
mod keyword;
mod token;
mod word;

use self::expression::expression;
use super::mistake::{Mistake, first};
use crate::schema::TableDef;

/// A projection and a filter over the rows of the changefeed's table.
///
/// Columns go by their names in SQL. There is no other table, no subquery, no aggregate, and no function but those that
/// the server allows; a function of one's own is called by its schema (`public.price(total)`). `(cdc_prev).status` is
/// the column before the change, and `event_op()` is `'insert'`, `'update'` or `'delete'`.
///
/// ```
/// use crdb_orm::schema::CdcQuery;
///
/// const PAID: CdcQuery<'static> =
///     CdcQuery::select("id, total, (cdc_prev).status AS was").filter("status = 'paid' AND event_op() != 'delete'");
/// # assert!(PAID.filter.is_some());
/// ```
///
/// Source: `CockroachDB`, "Change data capture queries".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CdcQuery<'a> {
    /// What stands after SELECT: `*`, or expressions with commas between.
    pub projection: &'a str,
    /// What stands after WHERE.
    pub filter: Option<&'a str>,
}

impl<'a> CdcQuery<'a> {
    /// Sends what the projection gives, such as `id, total`.
    pub const fn select(projection: &'a str) -> Self {
        Self { projection, filter: None }
    }

    /// Sends only the changes for which the condition holds.
    #[must_use]
    pub const fn filter(mut self, condition: &'a str) -> Self {
        self.filter = Some(condition);
        self
    }

    /// What is wrong with it whatever the table is.
    pub(super) const fn mistake(&self) -> Option<Mistake<'a>> {
        first!(expression(self.projection, None, false));
        match self.filter {
            Some(filter) => expression(filter, None, true),
            None => None,
        }
    }

    pub(super) const fn on_table(&self, table: &'a TableDef) -> Option<Mistake<'a>> {
        first!(self.mistake_of_projection(table));
        self.mistake_of_filter(table)
    }

    pub(crate) const fn mistake_of_projection(&self, table: &'a TableDef) -> Option<Mistake<'a>> {
        expression(self.projection, Some(table), false)
    }

    pub(crate) const fn mistake_of_filter(&self, table: &'a TableDef) -> Option<Mistake<'a>> {
        match self.filter {
            Some(filter) => expression(filter, Some(table), true),
            None => None,
        }
    }
}
