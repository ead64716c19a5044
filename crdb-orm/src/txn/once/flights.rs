//! The keys under which this process is at work.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

type Row = [u8; 32];

/// The keys under which callers of one database are at work.
///
/// A caller with a key that is at work waits here, instead of in the database with a connection of its own: a client
/// that asks many times at once would else take the whole pool. It is a courtesy and no lock: what holds between
/// processes, the claim in the database, holds here too.
#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<HashMap<Row, watch::Receiver<()>>>);

/// What a caller finds.
pub(super) enum Flight<'a> {
    /// Nobody else is at work under the key, until this is dropped.
    First(Working<'a>),
    /// Somebody is, until this is closed.
    Other(watch::Receiver<()>),
}

/// Dropped, it lets those go on who wait for it.
pub(super) struct Working<'a> {
    flights: &'a Flights,
    row: Row,
    _open: watch::Sender<()>,
}

impl Flights {
    pub(super) fn enter(&self, row: Row) -> Flight<'_> {
        match self.table().entry(row) {
            Entry::Occupied(other) => Flight::Other(other.get().clone()),
            Entry::Vacant(vacant) => {
                let (open, closed) = watch::channel(());
                vacant.insert(closed);
                Flight::First(Working { flights: self, row, _open: open })
            }
        }
    }

    fn table(&self) -> MutexGuard<'_, HashMap<Row, watch::Receiver<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.flights.table().remove(&self.row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn those_who_come_later_wait_until_the_first_is_done_and_nothing_stays() {
        let flights = Flights::default();
        let Flight::First(working) = flights.enter([1; 32]) else { panic!("nobody was there") };
        let Flight::Other(mut closed) = flights.enter([1; 32]) else { panic!("somebody was there") };
        assert!(matches!(flights.enter([2; 32]), Flight::First(_)));
        assert!(closed.has_changed().is_ok());
        drop(working);
        assert!(closed.changed().await.is_err());
        assert!(flights.table().is_empty());
    }
}
