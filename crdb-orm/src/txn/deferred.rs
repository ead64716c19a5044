//! Writes that travel with COMMIT.

use std::sync::{Arc, Mutex, PoisonError};

use crate::conn::{Answer, Conn, Params, Ready};
use crate::error::{Driver, Error};
use crate::exec::{Label, ROWS_CHANGED, ROWS_CHANGED_AT_VERSION, ROWS_CHANGED_IN_REACH, Statement};
use crate::observe::Watch;

/// A write that waits for COMMIT, or for the next statement that must see it.
pub(super) struct Deferred {
    scope: u32,
    statement: Statement,
    prepared: Option<Ready>,
    slot: Option<Slot>,
}

/// Where the answer of a deferred statement is put, for whoever looks at it after COMMIT.
#[derive(Clone, Default)]
pub(crate) struct Slot(Arc<Mutex<Option<Answer>>>);

impl Slot {
    fn put(&self, answer: Answer) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    }

    /// The answer, once it is there.
    pub(crate) fn take(&self) -> Option<Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Deferred {
    pub(super) fn new(scope: u32, statement: Statement) -> Self {
        Self { scope, statement, prepared: None, slot: None }
    }

    /// Puts its answer there.
    pub(super) fn answering(self, slot: Slot) -> Self {
        Self { slot: Some(slot), ..self }
    }

    pub(super) fn label(&self) -> Label {
        self.statement.label
    }

    pub(super) fn scope(&self) -> u32 {
        self.scope
    }

    /// It belongs to this scope from now on.
    pub(super) fn move_to(&mut self, scope: u32) {
        self.scope = scope;
    }

    /// The statement, if it still has to be prepared on this connection.
    pub(super) fn unprepared(&mut self, conn: &Conn) -> Option<&Statement> {
        if self.prepared.is_none() {
            self.prepared = conn.prepared(&self.statement);
        }
        self.prepared.is_none().then_some(&self.statement)
    }

    /// A future that sends it when it is first polled, or itself when it is not prepared.
    pub(super) fn send(
        self,
        conn: &Arc<Conn>,
    ) -> Result<impl Future<Output = Result<Answer, Driver>> + Send + use<>, Box<Self>> {
        let Some(prepared) = self.prepared.clone() else { return Err(Box::new(self)) };
        let watch = Watch::new(&self.statement, conn);
        let (conn, params, slot) = (conn.clone(), Params::new(&self.statement.values), self.slot);
        Ok(async move {
            let answer = conn.execute(prepared, params, watch).await?;
            let Some(slot) = slot else { return Ok(answer) };
            slot.put(answer);
            Ok(Answer { rows: Vec::new(), changed: 0 })
        })
    }
}

/// How an error says that it was a deferred write that failed.
const FAILED: &str = "a deferred write failed";
const CHANGED_NOTHING: &str = "a deferred write changed no row";

/// How an error says that a statement of a transaction of the library's own failed.
pub(super) const OWN_FAILED: &str = "one of its statements failed";

/// Says that something was undone, and why: for a deferred write, of which the closure could know nothing, so; in a
/// transaction of the library's own the caller has deferred nothing.
pub(super) fn undone(error: Error, what: &str, why: &str, own: bool) -> Error {
    let context = match error.context() {
        Some(FAILED | CHANGED_NOTHING) if own => format!("{what}, since {OWN_FAILED}"),
        Some(deferred @ (FAILED | CHANGED_NOTHING)) => format!("{what}, since {deferred}"),
        _ => format!("{what}, since {why}"),
    };
    error.with_context(context)
}

/// What a failure of a deferred write means.
pub(super) fn explain_deferred(driver: &Driver, node: &Arc<str>, label: Label) -> Error {
    let error = explain(driver, node, label);
    if error.context().is_some() { error } else { error.with_context(FAILED) }
}

/// What a failure means. A write by key that found no row fails by a cast that cannot be made, whose text is ours:
/// see `query::asserted`.
pub(super) fn explain(driver: &Driver, node: &Arc<str>, label: Label) -> Error {
    if let Driver::Server(server) = driver
        && server.code == "22P02"
        && server.message.contains(ROWS_CHANGED)
    {
        let error = if server.message.contains(ROWS_CHANGED_AT_VERSION) {
            Error::gone_or_stale(label)
        } else if server.message.contains(ROWS_CHANGED_IN_REACH) {
            Error::out_of_reach(label, "it is deleted, or of another tenant").with_advice(
                "bring a row that is deleted back by `restore(id)`; let a key that tenants share begin with the tenant's column",
            )
        } else {
            Error::not_found(label)
        };
        return error.with_node(node).with_context(CHANGED_NOTHING);
    }
    Error::driver(driver, node).with_label(label)
}
