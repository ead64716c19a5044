//! Contention control: how many attempts of a transaction run at once.
//!
//! Many transactions that want the same rows mostly undo each other's work: on a real CockroachDB, 32 tasks on 4 rows
//! committed 207 a second with random sleeps alone, and 400 to 480 when 2 to 4 of them ran at once, in their order. So
//! for each name of a transaction there is a [`Gate`]. It is open while attempts do not conflict, and costs an atomic
//! then. When too many of them end in a serialization failure, it lets fewer in, first come first served, retries
//! before new ones; when few do, one more.

mod control;
mod gate;
mod state;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

pub use self::state::Contention;

pub(super) use self::gate::{Gate, Permit};

/// The gates of a database.
#[derive(Default)]
pub(crate) struct Limits {
    gates: RwLock<HashMap<&'static str, Arc<Gate>>>,
}

impl Limits {
    /// The gate of a transaction's name.
    pub(super) fn gate(&self, name: &'static str) -> Arc<Gate> {
        if let Some(gate) = self.gates.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return gate.clone();
        }
        self.gates
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(name)
            .or_insert_with(|| Arc::new(Gate::new(name)))
            .clone()
    }

    /// What they do, by name.
    pub(crate) fn snapshot(&self) -> Vec<Contention> {
        let gates = self.gates.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = gates.values().map(|gate| gate.snapshot()).collect();
        all.sort_by_key(|contention| contention.name);
        all
    }
}
