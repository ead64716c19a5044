//! Knowing that code runs inside a transaction's closure.

use std::cell::Cell;
use std::future::Future;

use crate::error::{Error, Kind, Result};
use crate::exec::Label;

tokio::task_local! {
    /// The database whose transaction this task runs, by address, and its name.
    static INSIDE: Cell<(usize, &'static str)>;
}

/// Runs a closure's future as the inside of a transaction.
pub(super) fn inside<F: Future>(
    database: usize,
    name: &'static str,
    future: F,
) -> impl Future<Output = F::Output> {
    INSIDE.scope(Cell::new((database, name)), future)
}

/// Refuses what would wait for the very transaction whose closure waits for it.
///
/// # Errors
/// When this task runs the closure of a transaction of the same database.
pub(crate) fn refuse_inside(database: usize, label: Label) -> Result<()> {
    let name = INSIDE.try_with(Cell::get).ok().filter(|(outer, _)| *outer == database).map(|(_, name)| name);
    let Some(name) = name else { return Ok(()) };
    let message = format!(
        "this runs on `db` inside transaction `{name}`: it would be no part of it, and could wait for ever for a row \
         or a connection that the transaction holds"
    );
    Err(Error::of_kind(Kind::Refused, message)
        .with_advice(
            "give it `&tx` (or `tx.savepoint(..)`); where it is meant to be apart, give it `&db.outside()`",
        )
        .with_label(label))
}
