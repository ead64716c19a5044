//! Savepoints: a part of a transaction that can fail alone.

use std::sync::Arc;

use super::attempt::{Phase, State};
use super::deferred::undone;
use super::tx::{Tx, elsewhere, streaming};
use crate::conn::Conn;
use crate::error::{Error, Kind, Result};
use crate::exec::Label;

const LABEL: Label = Label { verb: "savepoint", table: None };

/// The name on the server. It must not begin with `cockroach_restart`, which CockroachDB takes for its own.
fn name(scope: u32) -> String {
    format!("crdb_orm_{scope}")
}

/// Runs a closure inside a savepoint.
///
/// `ours` makes an error of the library one of the closure's.
pub(super) async fn run<F, Fut, T, E>(parent: &Tx, closure: F, ours: fn(Error) -> E) -> Result<T, E>
where
    F: FnOnce(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let mut scope = Scope::open(parent).await.map_err(ours)?;
    let result = closure(scope.tx.clone()).await;
    // Everything that was sent has its answer recorded before the outcome is decided.
    if result.is_ok() {
        scope.tx.prepare_deferred().await.map_err(ours)?;
    }
    scope.tx.of().settled().await;
    let failure = {
        let state = scope.tx.of().state();
        if let Some(transient) = state.transient() {
            // The whole transaction runs again: nothing is left to undo here.
            let error = transient.duplicate();
            drop(state);
            scope.leave();
            return Err(ours(error));
        }
        if state.scope() == scope.id {
            state.failure_in(scope.id).map(Error::duplicate)
        } else {
            Some(still_open())
        }
    };
    match (result, failure) {
        (Ok(value), None) => {
            scope.release();
            Ok(value)
        }
        (Ok(_), Some(error)) => {
            scope.roll_back().await.map_err(ours)?;
            Err(ours(undone(error, "the savepoint was undone", "a statement in it had failed", false)))
        }
        (Err(error), _) => {
            scope.roll_back().await.map_err(ours)?;
            Err(error)
        }
    }
}

fn still_open() -> Error {
    let message = "a savepoint inside this one is still open: await it before the closure returns";
    Error::of_kind(Kind::Refused, message).with_label(LABEL)
}

/// An open savepoint. Dropped before its end, it is undone.
struct Scope {
    id: u32,
    tx: Tx,
    conn: Arc<Conn>,
    open: bool,
}

impl Scope {
    async fn open(parent: &Tx) -> Result<Self> {
        let attempt = parent.of();
        let Some(conn) = attempt.conn() else {
            return Err(Error::of_kind(Kind::Ended, "the transaction has ended").with_label(LABEL));
        };
        let id = loop {
            {
                let mut state = attempt.state();
                let refused = if state.streaming.is_some() {
                    Some(streaming(LABEL))
                } else {
                    (state.scope() != parent.scope()).then(|| elsewhere(LABEL))
                };
                if let Some(error) = refused {
                    drop(state);
                    attempt.fail(parent.scope(), &error);
                    return Err(error);
                }
                if state.deferred.is_empty() {
                    state.last_scope += 1;
                    let id = state.last_scope;
                    state.scopes.push(id);
                    break id;
                }
            }
            // What was deferred must not be undone with the savepoint: it goes first, before an empty text.
            parent.prepare_deferred().await?;
            parent.text(&conn, LABEL, String::new()).await?;
        };
        let tx = parent.inside(id);
        tx.mark(&conn, LABEL, format!("SAVEPOINT {}", name(id)));
        Ok(Self { id, tx, conn, open: true })
    }

    /// Keeps what was done: it belongs to the scope around from now on.
    fn release(&mut self) {
        self.open = false;
        let sql = format!("RELEASE SAVEPOINT {}", name(self.id));
        self.tx.mark(&self.conn, LABEL, sql);
        let mut state = self.tx.of().state();
        close(&mut state, self.id);
        let outer = state.scope();
        let id = self.id;
        for write in state.deferred.iter_mut().filter(|write| write.scope() == id) {
            write.move_to(outer);
        }
        for (scope, _) in state.hooks.iter_mut().filter(|(scope, _)| *scope == id) {
            *scope = outer;
        }
    }

    /// Undoes what was done.
    async fn roll_back(&mut self) -> Result<()> {
        self.forget();
        let sql = self.undo();
        let result = self.tx.text(&self.conn, LABEL, sql).await;
        self.leave();
        result
    }

    fn undo(&self) -> String {
        let name = name(self.id);
        format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}")
    }

    /// Forgets what was never sent, and the failures that are undone.
    fn forget(&mut self) {
        let id = self.id;
        let mut state = self.tx.of().state();
        if let Some(position) = state.scopes.iter().position(|scope| *scope == id) {
            state.scopes.truncate(position + 1);
        }
        state.forget(id);
        let deferred = std::mem::take(&mut state.deferred);
        let (kept, gone): (Vec<_>, Vec<_>) = deferred.into_iter().partition(|write| write.scope() < id);
        state.deferred = kept;
        let hooks = std::mem::take(&mut state.hooks);
        let (kept, hooks): (Vec<_>, Vec<_>) = hooks.into_iter().partition(|(scope, _)| *scope < id);
        state.hooks = kept;
        drop(state);
        drop((gone, hooks));
    }

    fn leave(&mut self) {
        self.open = false;
        close(&mut self.tx.of().state(), self.id);
    }
}

fn close(state: &mut State, id: u32) {
    if let Some(position) = state.scopes.iter().position(|scope| *scope == id) {
        state.scopes.truncate(position);
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        self.forget();
        if self.tx.of().state().phase == Phase::Open {
            let sql = self.undo();
            self.tx.mark(&self.conn, LABEL, sql);
        }
        self.leave();
    }
}
