//! Rows that are looked for after the answer to their insert was lost.

use tokio::time::Instant;
use tokio_postgres::Row;

use crate::database::Database;
use crate::error::{Error, Result};
use crate::exec::{Handle, Statement};

/// Looks for rows whose answer was lost, and makes something of those that are there. Nobody else can have made their keys, so
/// where one is there, all were committed; where none is there they may still arrive, which the `none` of them says.
///
/// In a transaction nobody looks: it is the transaction whose answer counts. On a database the look is a part of what began at
/// that moment, and has what is left of its time. How they are looked for is asked only then.
pub(super) async fn look<Out>(
    (handle, began): (Handle<'_>, Instant),
    probe: impl FnOnce() -> Option<Statement>,
    lost: Error,
    none: &'static str,
    found: impl FnOnce(Vec<Row>, Error) -> Out,
) -> Result<Out> {
    let Handle::Database(db) = handle else { return Err(lost) };
    let Some(probe) = probe() else { return Err(lost) };
    match in_time(db, began, async |db| db.rows(&probe).await).await {
        Some(Ok(rows)) if !rows.is_empty() => Ok(found(rows, lost)),
        Some(Ok(_)) => Err(lost.with_context(none)),
        Some(Err(_)) | None => Err(lost),
    }
}

/// Runs something in what is left of the time of what began at that moment; nothing comes of it where none is.
pub(super) async fn in_time<Out>(
    db: &Database,
    began: Instant,
    run: impl AsyncFnOnce(&Database) -> Out,
) -> Option<Out> {
    db.policy().in_what_is_left(began, async |policy| run(&db.with_retry(policy)).await).await
}
