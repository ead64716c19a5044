//! Rows that are looked for after the answer to their insert was lost.

use tokio_postgres::Row;

use crate::error::{Error, Result};
use crate::exec::{Handle, Statement};

/// Looks for rows whose answer was lost, and makes something of those that are there. Nobody else can have made their keys, so
/// where one is there, all were committed; where none is there they may still arrive, which the `none` of them says.
///
/// In a transaction nobody looks: it is the transaction whose answer counts.
pub(super) async fn look<Out>(
    handle: Handle<'_>,
    probe: Option<Statement>,
    lost: Error,
    none: &'static str,
    found: impl FnOnce(Vec<Row>, Error) -> Out,
) -> Result<Out> {
    let (Some(probe), Handle::Database(_)) = (probe, handle) else { return Err(lost) };
    match handle.rows(&probe).await {
        Ok(rows) if !rows.is_empty() => Ok(found(rows, lost)),
        Ok(_) => Err(lost.with_context(none)),
        Err(_) => Err(lost),
    }
}
